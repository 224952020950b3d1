// SPDX-License-Identifier: Apache-2.0
#include "gui/window/workbench.h"

#include "app/files/file.h"
#include "app/files/places.h"
#include "app/library/library_watcher.h"
#include "app/picture/picture.h"
#include "app/recipes/recipe.h"
#include "gui/actions/actions.h"
#include "gui/canvas/picture_view.h"
#include "gui/gallery/gallery_panel.h"
#include "gui/generate/generate_panel.h"
#include "gui/library/library_panel.h"
#include "gui/queue/queue_panel.h"
#include "gui/studio/gallery_model.h"
#include "gui/studio/images.h"
#include "gui/studio/library_model.h"
#include "gui/studio/queue_model.h"
#include "gui/widgets/notice_bar.h"
#include "gui/window/main_window.h"

#include <QDockWidget>

namespace igneous {

using namespace std::chrono_literals;

namespace {

constexpr int sd_side = 512, starter_side = 128;

QString shown(std::filesystem::path const& path) { return QString::fromStdString(utf8_name(path)); }

}

Workbench::Workbench(StudioOptions options, std::filesystem::path starter)
    : m_starter(std::move(starter))
    , m_settings(std::make_unique<Settings>(options.data_folder / "settings.json"))
    , m_session(std::make_unique<Session>(options.data_folder / "session"))
    , m_studio(std::make_unique<Studio>(std::move(options)))
    , m_window(std::make_unique<MainWindow>())
    , m_actions(std::make_unique<Actions>(*m_window, *m_settings))
{
    make_panels();
    show_models();
    connect_session();
    connect_generating();
    connect_results();
    m_studio->start();
}

Workbench::~Workbench()
{
    keep_layout();
    delete m_watcher;                      // its thread uses what the models read
    m_actions.reset();                     // it looks at the window
    m_window.reset();                      // panels before the models they show
}

void Workbench::make_panels()
{
    auto const& data = m_studio->data_folder();
    m_queue = new QueueModel(data, this);
    m_gallery = new GalleryModel(data, this);
    m_library = new LibraryModel(data / "library.db", this);
    m_watcher = new LibraryWatcher(data / "library.db");
    m_queue_panel = new QueuePanel(*m_studio, *m_queue);
    m_gallery_panel = new GalleryPanel(*m_studio, *m_gallery);
    m_library_panel = new LibraryPanel(*m_library, *m_watcher);
    m_window->add_panel(QStringLiteral("models"), tr("Models"), m_library_panel, Qt::LeftDockWidgetArea);
    QDockWidget* gallery
        = m_window->add_panel(QStringLiteral("gallery"), tr("Gallery"), m_gallery_panel, Qt::RightDockWidgetArea);
    m_window->add_panel(QStringLiteral("queue"), tr("Queue"), m_queue_panel, Qt::RightDockWidgetArea);
    gallery->raise();
    m_window->raise_panel(QStringLiteral("generate"));
    connect(m_watcher, &LibraryWatcher::failed, this, &Workbench::trouble);
    connect(m_library, &QAbstractItemModel::modelReset, this, &Workbench::show_models);
}

void Workbench::connect_session()
{
    GeneratePanel& panel = m_window->generate_panel();
    Session* session = m_session.get();
    connect(&panel, &GeneratePanel::edited, this, [session](GenerationRequest const& request, QString const& what) {
        std::string const name = what.toStdString();
        session->push(edit_request(session->workspace(), name, [&](GenerationRequest& now) { now = request; }, name));
    });
    connect(session, &Session::request_changed, this, [this, session, &panel] {
        panel.show_request(session->workspace().request);
        m_plan_soon.start();
    });
    connect(session, &Session::prompt_history_changed, this, &Workbench::show_history);
    connect(session, &Session::saving_changed, this, [this](bool saving, QString const& why) {
        if (!saving)
            trouble(why);
    });
    connect(m_window.get(), &MainWindow::undo_asked, session, &Session::undo);
    connect(m_window.get(), &MainWindow::redo_asked, session, &Session::redo);
    auto const show_steps
        = [this, session] { m_window->set_can_undo(session->history().can_undo(), session->history().can_redo()); };
    connect(session, &Session::history_changed, this, show_steps);
    show_steps();
    for (std::string const& note : session->report().notes)
        trouble(QString::fromStdString(note));

    GenerationRequest request = session->workspace().request;
    if (request.model.empty()) {
        request.model = utf8_name(m_starter);
        request.width = request.height = starter_side;
        request.sampling.cfg = 4;
        use_request(request, tr("Begin"));
    }
    panel.show_request(session->workspace().request);
    show_history();
}

void Workbench::show_history()
{
    QStringList prompts;
    for (auto const& entry : m_session->workspace().prompt_history)
        prompts.prepend(QString::fromStdString(entry.prompt));
    m_window->generate_panel().set_prompt_history(prompts);
}

void Workbench::connect_generating()
{
    GeneratePanel& panel = m_window->generate_panel();
    connect(&panel, &GeneratePanel::generate_asked, this, &Workbench::generate);
    connect(&panel, &GeneratePanel::cancel_asked, m_studio.get(), &Studio::cancel_running);
    m_plan_soon.setSingleShot(true);
    m_plan_soon.setInterval(250ms);
    connect(m_studio.get(), &Studio::started, &m_plan_soon, qOverload<>(&QTimer::start));
    connect(&m_plan_soon, &QTimer::timeout, this, [this] { m_studio->ask_plan(m_window->generate_panel().request()); });
    connect(m_studio.get(), &Studio::planned, &panel, &GeneratePanel::show_plan);
    connect(m_studio.get(), &Studio::plan_failed, &panel, &GeneratePanel::show_problem);
    connect(m_library_panel, &LibraryPanel::checkpoint_chosen, this, [this](QString const& file) {
        GenerationRequest request = m_window->generate_panel().request();
        request.model = file.toStdString();
        use_request(request, tr("Model"));
    });
    connect(m_library_panel, &LibraryPanel::lora_chosen, this, [this](QString const& name, QString const& file) {
        GenerationRequest request = m_window->generate_panel().request();
        std::erase_if(request.loras, [&](LoraUse const& lora) { return lora.name == name.toStdString(); });
        request.loras.push_back({ .name = name.toStdString(), .file = file.toStdString() });
        request.prompt += (request.prompt.empty() ? "<lora:" : ", <lora:") + name.toStdString() + ":1>";
        use_request(request, tr("Add a LoRA"));
    });
}

void Workbench::connect_results()
{
    Studio* studio = m_studio.get();
    GeneratePanel& panel = m_window->generate_panel();
    connect(studio, &Studio::trouble, this, &Workbench::trouble);
    connect(studio, &Studio::job_started, this, [&panel] { panel.set_running(true); });
    connect(studio, &Studio::step_done, this, [this](qint64 job, int step, int total, double left) {
        m_queue->set_progress(job, static_cast<double>(step) / total, left);
        m_window->show_progress(static_cast<double>(step) / total, left);
    });
    connect(studio, &Studio::preview_ready, this,
        [this](qint64, QImage const& preview, QSize full) { m_window->view().show_preview(preview, full); });
    connect(studio, &Studio::picture_stored, this,
        [this](qint64, QString const&, QImage const& picture) { m_window->view().show_picture(picture); });
    connect(studio, &Studio::job_ended, this, [this, &panel](qint64, int state, QString const& message) {
        panel.set_running(false);
        m_window->show_progress(1, 0);
        if (static_cast<JobState>(state) == JobState::failed)
            trouble(message);
    });
    // Many changes at once are one look at the queue.
    m_queue_soon.setSingleShot(true);
    m_queue_soon.setInterval(30ms);
    connect(studio, &Studio::queue_changed, &m_queue_soon, [this] {
        if (!m_queue_soon.isActive())
            m_queue_soon.start();
    });
    connect(&m_queue_soon, &QTimer::timeout, m_queue, &QueueModel::refresh);
    connect(studio, &Studio::engine_state_changed, m_window.get(), &MainWindow::show_engine);
    connect(m_gallery_panel, &GalleryPanel::picture_chosen, this, &Workbench::show_picture);
    connect(m_gallery_panel, &GalleryPanel::recipe_asked, this,
        [this](QString const& path) { use_recipe(path_from_utf8(path.toStdString())); });
    connect(m_queue_panel, &QueuePanel::picture_asked, this, &Workbench::show_picture);
    connect(m_queue_panel, &QueuePanel::recipe_asked, this, [this](qint64 job) {
        m_studio->post([this, job](Services& services) {
            if (auto const found = services.queue.find(job))
                QMetaObject::invokeMethod(
                    this, [this, request = found->request] { use_request(request, tr("Use settings")); });
        });
    });
}

void Workbench::generate(bool front)
{
    GeneratePanel& panel = m_window->generate_panel();
    panel.next_seed();
    m_session->stop_merging();
    if (m_settings->get(setting::remember_prompts))
        m_session->remember_prompts();
    m_studio->add_job(panel.request(), { front ? QueuePlace::Kind::front : QueuePlace::Kind::back }, lora_folders());
}

std::vector<std::filesystem::path> Workbench::lora_folders() const
{
    std::vector<std::filesystem::path> folders;
    if (std::filesystem::path own = starter_loras(); !own.empty())
        folders.push_back(std::move(own));
    for (std::string const& folder : m_settings->get(setting::lora_folders))
        folders.push_back(path_from_utf8(folder));
    return folders;
}

void Workbench::show_models()
{
    std::vector<ModelChoice> models { { tr("Starter"), shown(m_starter), starter_side } };
    LibraryQuery query;
    query.type = ModelType::checkpoint;
    for (LibraryEntry const& entry : m_library->store().find(query).entries)
        if (entry.state == FileState::here && entry.facts.damage.empty())
            models.push_back({ shown(entry.path.stem()), shown(entry.path), sd_side });
    m_window->generate_panel().set_models(std::move(models));
}

void Workbench::use_request(GenerationRequest const& request, QString const& name)
{
    m_session->push(
        edit_request(m_session->workspace(), name.toStdString(), [&](GenerationRequest& now) { now = request; }));
}

void Workbench::use_recipe(std::filesystem::path const& picture)
{
    m_studio->post([this, picture](Services&) {
        auto recipe = read_recipe(picture);
        if (!recipe)
            fail(ErrorCode::invalid_argument, "{} holds no recipe that is known here", utf8_name(picture.filename()));
        QMetaObject::invokeMethod(this, [this, recipe = std::move(*recipe)] {
            GenerationRequest request = alone(recipe);
            // Recipes name models; here they have places.
            request.model = m_window->generate_panel().request().model;
            use_request(request, tr("Use settings"));
            if (!recipe.notes.empty())
                trouble(QString::fromStdString(recipe.notes.front()));
        });
    });
}

void Workbench::show_picture(QString const& path)
{
    m_studio->post([this, path](Services&) {
        QMetaObject::invokeMethod(this, [this, image = to_qimage(read_picture(path_from_utf8(path.toStdString())))] {
            m_window->view().show_picture(image);
        });
    });
}

void Workbench::trouble(QString const& message) { m_window->notices().tell(message); }

constexpr char const* layout_file = "window-layout";

void Workbench::show()
{
    try {
        auto const bytes = read_file(m_studio->data_folder() / layout_file, 1 << 20);
        m_window->restore_layout(
            QByteArray(reinterpret_cast<char const*>(bytes.data()), static_cast<qsizetype>(bytes.size())));
    } catch (Error const&) {                         // none yet: as it comes
    }
    m_window->show();
}

void Workbench::keep_layout()
{
    QByteArray const layout = m_window->layout();
    try {
        write_file(m_studio->data_folder() / layout_file,
            std::as_bytes(std::span(layout.constData(), static_cast<std::size_t>(layout.size()))));
    } catch (Error const&) {                         // a full disk: panels stand as they come next time
    }
}

}
