// SPDX-License-Identifier: Apache-2.0
#include "gui/window/workbench.h"

#include "app/files/file.h"
#include "app/files/places.h"
#include "app/library/library_watcher.h"
#include "app/picture/picture.h"
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
#include "gui/window/generate_work.h"
#include "gui/window/main_window.h"
#include "gui/window/progress_work.h"
#include "gui/window/status_bar.h"
#include "gui/window/window_work.h"

#include <QDockWidget>

namespace igneous {

using namespace std::chrono_literals;

namespace {

constexpr int sd_side = 512, starter_side = 128;       // of the squares they were trained on

QString shown(std::filesystem::path const& path) { return QString::fromStdString(utf8_name(path)); }

}

Workbench::Workbench(StudioOptions options, std::filesystem::path starter)
    : m_starter(std::move(starter))
    , m_settings(std::make_unique<Settings>(options.data_folder / "settings.json"))
    , m_session(std::make_unique<Session>(options.data_folder / "session"))
    , m_studio(std::make_unique<Studio>(std::move(options)))
    , m_window(std::make_unique<MainWindow>())
    , m_actions(std::make_unique<Actions>(*m_window, *m_settings))
    , m_work(std::make_unique<QObject>())
{
    Parts const parts { *m_window, *m_actions, *m_studio, *m_session, *m_settings };
    make_panels();
    show_models();
    QObject* work = m_work.get();
    new WindowWork(parts, work);
    new ProgressWork(parts, work);
    m_generate = new GenerateWork(parts, m_starter, work);
    connect_library();
    connect_results();
    m_studio->start();
}

Workbench::~Workbench()
{
    keep_layout();
    delete m_watcher;                      // its thread uses what the models read
    m_work.reset();                        // before what it controls
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
    connect(m_watcher, &LibraryWatcher::changed, this, &Workbench::show_models);
}

void Workbench::connect_library()
{
    GeneratePanel& panel = m_window->generate_panel();
    connect(m_library_panel, &LibraryPanel::checkpoint_chosen, this, [this, &panel](QString const& file) {
        GenerationRequest request = panel.request();
        request.model = file.toStdString();
        m_generate->use_request(request, tr("Model"));
    });
    connect(m_library_panel, &LibraryPanel::lora_chosen, this, [this, &panel](QString const& name, QString const& file) {
        GenerationRequest request = panel.request();
        std::erase_if(request.loras, [&](LoraUse const& lora) { return lora.name == name.toStdString(); });
        request.loras.push_back({ .name = name.toStdString(), .file = file.toStdString() });
        request.prompt += (request.prompt.empty() ? "<lora:" : ", <lora:") + name.toStdString() + ":1>";
        m_generate->use_request(request, tr("Add a LoRA"));
    });
}

void Workbench::connect_results()
{
    Studio* studio = m_studio.get();
    connect(studio, &Studio::trouble, this, &Workbench::trouble);
    for (std::string const& note : m_session->report().notes)
        trouble(QString::fromStdString(note));
    connect(m_session.get(), &Session::saving_changed, this, [this](bool saving, QString const& why) {
        if (!saving)
            trouble(why);
    });
    connect(studio, &Studio::step_done, this, [this](qint64 job, int step, int total, double left) {
        m_queue->set_progress(job, static_cast<double>(step) / total, left);
    });
    connect(studio, &Studio::preview_ready, this,
        [this](qint64, QImage const& preview, QSize full) { m_window->view().show_preview(preview, full); });
    connect(studio, &Studio::picture_stored, this,
        [this](qint64, QString const&, QImage const& picture) { m_window->view().show_picture(picture); });
    connect(studio, &Studio::job_ended, this, [this](qint64, int state, QString const& message) {
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
    connect(&m_window->status(), &StatusBar::queue_asked, this,
        [this] { m_window->raise_panel(QStringLiteral("queue")); });
    connect(m_gallery_panel, &GalleryPanel::picture_chosen, this, &Workbench::show_picture);
    connect(m_gallery_panel, &GalleryPanel::recipe_asked, this,
        [this](QString const& path) { m_generate->use_recipe(path_from_utf8(path.toStdString())); });
    connect(m_queue_panel, &QueuePanel::picture_asked, this, &Workbench::show_picture);
    connect(m_queue_panel, &QueuePanel::recipe_asked, this, [this](qint64 job) {
        m_studio->post([this, job](Services& services) {
            if (auto const found = services.queue.find(job))
                QMetaObject::invokeMethod(
                    this, [this, request = found->request] { m_generate->use_request(request, tr("Use settings")); });
        });
    });
}

void Workbench::show_models()
{
    m_library->with_store([this](LibraryStore& store) {
        std::vector<ModelChoice> models { { tr("Starter"), shown(m_starter), starter_side } };
        LibraryQuery query;
        query.type = ModelType::checkpoint;
        for (LibraryEntry const& entry : store.find(query).entries)
            if (entry.state == FileState::here && entry.facts.damage.empty())
                models.push_back({ shown(entry.path.stem()), shown(entry.path), sd_side });
        QMetaObject::invokeMethod(this, [this, models] { m_window->generate_panel().set_models(models); });
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
