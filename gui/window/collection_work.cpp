// SPDX-License-Identifier: Apache-2.0
#include "gui/window/collection_work.h"

#include "app/files/places.h"
#include "app/library/library_watcher.h"
#include "app/picture/picture.h"
#include "app/session/session.h"
#include "gui/gallery/gallery_panel.h"
#include "gui/generate/generate_panel.h"
#include "gui/generate/prompt_tags.h"
#include "gui/library/library_panel.h"
#include "gui/queue/queue_panel.h"
#include "gui/studio/collection_edits.h"
#include "gui/studio/gallery_import.h"
#include "gui/studio/gallery_model.h"
#include "gui/studio/images.h"
#include "gui/studio/library_model.h"
#include "gui/studio/lora_verdicts.h"
#include "gui/studio/picture_loader.h"
#include "gui/studio/queue_model.h"
#include "gui/studio/studio.h"
#include "gui/viewer/viewer.h"
#include "gui/widgets/notice_bar.h"
#include "gui/window/main_window.h"

#include <QDockWidget>
#include <QFileInfo>

namespace igneous {

using namespace std::chrono_literals;

CollectionWork::CollectionWork(Parts const& parts, std::filesystem::path starter, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
    , m_starter(std::move(starter))
{
    make_lists();
    make_panels();
    m_viewer = new Viewer(*m_gallery, *m_pictures, *m_edits, &m_parts.window);
    connect_gallery();
    connect_viewer();
    connect_library();
    connect_queue();
    accept_drops();
    make_gallery_actions();
    make_viewer_actions();
    make_queue_actions();
}

CollectionWork::~CollectionWork()
{
    delete m_library;                      // what its thread still has to do uses the others
    delete m_watcher;
}

WayBack CollectionWork::way_back() { return { this, &m_parts.studio }; }

void CollectionWork::make_lists()
{
    auto const& data = m_parts.studio.data_folder();
    m_queue = new QueueModel(data, this);
    m_gallery = new GalleryModel(data, this);
    m_verdicts = new LoraVerdicts(m_parts.studio, this);
    m_library = new LibraryModel(data / "library.db", this);
    m_library->set_verdicts(*m_verdicts);
    m_pictures = new PictureLoader(this);
    m_import = new GalleryImport(data, this);
    m_edits = new CollectionEdits(m_parts.studio, m_parts.session, *m_library, this);
    m_watcher = new LibraryWatcher(data / "library.db");
    // Many changes at once are one look.
    for (QTimer* timer : { &m_gallery_soon, &m_queue_soon }) {
        timer->setSingleShot(true);
        timer->setInterval(30ms);
    }
    auto const soon = [](QTimer& timer) {
        return [&timer] {
            if (!timer.isActive())
                timer.start();
        };
    };
    Studio* studio = &m_parts.studio;
    connect(studio, &Studio::gallery_changed, &m_gallery_soon, soon(m_gallery_soon));
    connect(studio, &Studio::queue_changed, &m_queue_soon, soon(m_queue_soon));
    connect(&m_gallery_soon, &QTimer::timeout, m_gallery, &GalleryModel::refresh);
    connect(&m_queue_soon, &QTimer::timeout, m_queue, &QueueModel::refresh);
}

void CollectionWork::make_panels()
{
    m_queue_panel = new QueuePanel(m_parts.studio, *m_queue, *m_edits);
    m_gallery_panel = new GalleryPanel(*m_gallery, *m_edits, *m_import);
    m_library_panel = new LibraryPanel(*m_library, *m_edits, *m_watcher);
    MainWindow& window = m_parts.window;
    window.add_panel(QStringLiteral("models"), tr("Models"), m_library_panel, Qt::LeftDockWidgetArea);
    QDockWidget* gallery
        = window.add_panel(QStringLiteral("gallery"), tr("Gallery"), m_gallery_panel, Qt::RightDockWidgetArea);
    window.add_panel(QStringLiteral("queue"), tr("Queue"), m_queue_panel, Qt::RightDockWidgetArea);
    gallery->raise();
    window.raise_panel(QStringLiteral("generate"));
}

void CollectionWork::connect_gallery()
{
    connect(m_gallery, &GalleryModel::trouble, this, &CollectionWork::trouble);
    connect(m_import, &GalleryImport::finished, &m_gallery_soon, qOverload<>(&QTimer::start));
    connect(m_import, &GalleryImport::failed, this, &CollectionWork::trouble);
    connect(&m_parts.studio, &Studio::gallery_lost, this, [this] { m_import->rescan(true); });
    connect(m_gallery_panel, &GalleryPanel::recall_asked, this, &CollectionWork::recall_picture);
    connect(m_gallery_panel, &GalleryPanel::view_asked, this, &CollectionWork::view);
    connect(m_gallery_panel, &GalleryPanel::compare_asked, m_viewer, &Viewer::open_two);
    connect(m_gallery_panel, &GalleryPanel::edit_asked, this, &CollectionWork::edit_picture);
    connect(m_gallery_panel, &GalleryPanel::init_asked, this, &CollectionWork::init_asked);
    connect(m_gallery_panel, &GalleryPanel::preview_asked, this, &CollectionWork::use_as_preview);
}

void CollectionWork::connect_viewer()
{
    connect(m_viewer, &Viewer::recall_asked, this, &CollectionWork::recall_picture);
    for (auto const asked : { &Viewer::edit_asked, &Viewer::init_asked })        // what comes of it lies below
        connect(m_viewer, asked, m_viewer, &Viewer::close_view);
    connect(m_viewer, &Viewer::edit_asked, this, &CollectionWork::edit_picture);
    connect(m_viewer, &Viewer::init_asked, this, &CollectionWork::init_asked);
    connect(m_viewer, &Viewer::full_screen_asked, this, [this] {
        MainWindow& window = m_parts.window;
        window.isFullScreen() ? window.showNormal() : window.showFullScreen();
    });
}

void CollectionWork::view(qint64 picture) { m_viewer->open(picture); }

void CollectionWork::edit_picture(QString const& path)
{
    m_parts.studio.post([this, path, back = way_back()](Services&) {
        QImage const picture = to_qimage(read_picture(path_from_utf8(path.toStdString())));
        back([this, picture, name = QFileInfo(path).completeBaseName()] { Q_EMIT edit_asked(picture, name); });
    });
}

void CollectionWork::connect_library()
{
    connect(m_library, &LibraryModel::trouble, this, &CollectionWork::trouble);
    connect(m_watcher, &LibraryWatcher::failed, this, &CollectionWork::trouble);
    connect(m_watcher, &LibraryWatcher::changed, m_library, &LibraryModel::refresh);
    connect(m_watcher, &LibraryWatcher::changed, this, &CollectionWork::models_changed);
    connect(m_watcher, &LibraryWatcher::scanned, this, &CollectionWork::looked_through);
    connect(m_edits, &CollectionEdits::library_changed, m_library, &LibraryModel::refresh);
    connect(m_edits, &CollectionEdits::library_changed, m_watcher, &LibraryWatcher::rescan);
    connect(m_edits, &CollectionEdits::library_changed, this, &CollectionWork::models_changed);
    connect(m_library_panel, &LibraryPanel::checkpoint_chosen, this, &CollectionWork::use_model);
    connect(m_library_panel, &LibraryPanel::lora_chosen, this, &CollectionWork::use_lora);
    connect(m_library_panel, &LibraryPanel::folders_changed, m_watcher, &LibraryWatcher::rescan);
    connect(m_library_panel, &LibraryPanel::words_chosen, this, [this](QString const& words) {
        edit(tr("Trigger words"), [&](GenerationRequest& request) {
            request.prompt += (request.prompt.empty() ? "" : ", ") + words.toStdString();
        });
    });
    connect(m_library_panel, &LibraryPanel::loras_weighed, this, [this](std::vector<LoraUse> const& loras) {
        edit(
            tr("LoRA weight"),
            [&](GenerationRequest& request) {
                request.loras = loras;
                follow_loras(request);
            },
            "lora weight");
    });
    connect(m_library_panel, &LibraryPanel::loras_in_sight, m_verdicts, &LoraVerdicts::set_in_sight);
    connect(m_verdicts, &LoraVerdicts::changed, this, &CollectionWork::show_lora_notes);
    connect(m_watcher, &LibraryWatcher::changed, m_verdicts, &LoraVerdicts::look_again);
    connect(m_watcher, &LibraryWatcher::changed, this, &CollectionWork::judge_loras);
    connect(&m_parts.session, &Session::request_changed, this, &CollectionWork::judge_loras);
    judge_loras();
    // The LoRAs that come with the program are there from the first start on.
    if (auto const own = starter_loras(); !own.empty())
        m_library->with_store([this, own](LibraryStore& store) {
            if (!store.folders().empty() || !store.known_models().empty())
                return;
            store.add_folder(own, "Igneous");
            QMetaObject::invokeMethod(m_watcher, &LibraryWatcher::rescan);
        });
}

void CollectionWork::edit(
    QString const& name, std::function<void(GenerationRequest&)> const& change, std::string const& merge_key)
{
    m_parts.session.push(edit_request(m_parts.session.workspace(), name.toStdString(), change, merge_key));
}

void CollectionWork::connect_queue()
{
    connect(m_queue, &QueueModel::trouble, this, &CollectionWork::trouble);
    connect(&m_parts.studio, &Studio::step_done, this, [this](qint64 job, int step, int total, double left) {
        m_queue->set_progress(job, static_cast<double>(step) / total, left);
    });
    connect(&m_parts.studio, &Studio::preview_ready, this,
        [this](qint64 job, QImage const& preview) { m_queue->set_preview(job, preview); });
    connect(m_queue_panel, &QueuePanel::picture_asked, this, [this](QString const& path) {
        m_parts.studio.post([this, path, back = way_back()](Services& services) {
            if (auto const found = services.gallery.picture_at(path_from_utf8(path.toStdString())))
                back([this, id = found->id] { view(id); });
        });
    });
    connect(m_queue_panel, &QueuePanel::recipe_asked, this, [this](qint64 job) {
        m_parts.studio.post([this, job, back = way_back()](Services& services) {
            if (auto const found = services.queue.find(job))
                back([this, request = found->request] { recall(request, Recall::all); });
        });
    });
}

void CollectionWork::use_model(QString const& file)
{
    edit(tr("Model"), [&](GenerationRequest& request) { request.model = file.toStdString(); });
}

void CollectionWork::look_again() { m_watcher->rescan(); }

void CollectionWork::trouble(QString const& message) { m_parts.window.notices().tell(message); }

}
