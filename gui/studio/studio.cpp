// SPDX-License-Identifier: Apache-2.0
#include "gui/studio/studio.h"

#include "app/gallery/gallery_watcher.h"
#include "app/inpaint/origin.h"
#include "app/jobs/fit_search.h"
#include "app/jobs/lora_fits.h"
#include "app/picture/picture.h"
#include "gui/studio/images.h"
#include "models/api/lora.h"

#include <QTimer>

#include <optional>

namespace igneous {

namespace {

/// A strength without a picture is a wish for later.
void drop_empty_start(GenerationRequest& request)
{
    if (request.init && request.init->image.empty())
        request.init.reset();
}

}

/// Lives on the services' thread, where its objects are made and destroyed.
class Studio::Room : public QObject {
public:
    Room(Studio& studio, StudioOptions const& options)
        : m_studio(studio)
        , m_options(options)
    {}

    void open();
    void close();
    void guarded(std::function<void(Services&)> const& work);
    void choose(EngineChoices const& choices);
    void introduce();
    void plan(qint64 ticket, GenerationRequest const& request);
    void find_fit(qint64 ticket, GenerationRequest request);
    void ask_lora_fits(QString const& model, QStringList const& loras);

private:
    void connect_engine();
    void connect_runner();
    void watch_gallery();

    Studio& m_studio;
    StudioOptions const& m_options;
    std::unique_ptr<JobStore> m_queue;
    std::unique_ptr<GalleryStore> m_gallery;
    std::unique_ptr<GalleryWatcher> m_watcher;
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<JobRunner> m_runner;
    std::unique_ptr<LoraFits> m_lora_fits;
    std::optional<EngineChoices> m_choices;
    void answer_plan(GenerationPlan const& plan);
    void ask_fit();

    /// What is planned for the panel: first as it is, then as it may fit.
    struct Planning {
        GenerationRequest request;
        SafetyMeasures measures = {};
        std::optional<GenerationPlan> plain = std::nullopt;    // of no measures, where it does not fit
    };
    qint64 m_plan = 0, m_fit_plan = 0;
    Planning m_planning;
    std::optional<FitSearch> m_fit;        // until another plan is asked for
    std::map<qint64, QSize> m_sizes;       // of the jobs that run
};

void Studio::Room::open()
{
    try {
        m_queue = std::make_unique<JobStore>(m_options.data_folder);
        m_gallery = std::make_unique<GalleryStore>(m_options.data_folder);
        for (std::string const& notice : { m_queue->rescue().reason, m_gallery->notice() })
            if (!notice.empty())
                Q_EMIT m_studio.trouble(QString::fromStdString(notice));
        m_engine = m_options.make_engine();
        if (m_choices)
            m_engine->choose(*m_choices);
        m_runner = std::make_unique<JobRunner>(*m_queue, *m_engine);
        m_lora_fits = std::make_unique<LoraFits>(*m_engine);
        connect(m_lora_fits.get(), &LoraFits::told, &m_studio, &Studio::lora_fit_known);
        connect_engine();
        connect_runner();
        m_runner->start();
        watch_gallery();
        Q_EMIT m_studio.started();
    } catch (std::exception const& error) {
        Q_EMIT m_studio.trouble(QString::fromUtf8(error.what()));
    }
}

/// What an import or another program changes is shown too.
void Studio::Room::watch_gallery()
{
    m_watcher = std::make_unique<GalleryWatcher>(*m_gallery);
    connect(m_watcher.get(), &GalleryWatcher::changed, &m_studio, &Studio::gallery_changed);
    if (m_gallery->needs_rescan())
        Q_EMIT m_studio.gallery_lost();
}

void Studio::Room::close()
{
    m_watcher.reset();
    m_runner.reset();                      // puts what runs back into the queue
    m_lora_fits.reset();
    m_engine.reset();
    m_gallery.reset();
    m_queue.reset();
}

void Studio::Room::guarded(std::function<void(Services&)> const& work)
{
    if (!m_runner)
        return;
    try {
        Services services { *m_queue, *m_gallery, *m_engine, *m_runner };
        work(services);
    } catch (std::exception const& error) {
        Q_EMIT m_studio.trouble(QString::fromUtf8(error.what()));
    }
}

void Studio::Room::choose(EngineChoices const& choices)
{
    m_choices = choices;
    if (m_engine)
        m_engine->choose(choices);
}

void Studio::Room::introduce()
{
    if (m_engine)
        m_engine->introduce();
}

void Studio::Room::plan(qint64 ticket, GenerationRequest const& request)
{
    m_plan = ticket;
    m_fit.reset();
    m_planning = { request };
    if (m_engine)
        m_engine->plan(ticket, request, {});
}

void Studio::Room::answer_plan(GenerationPlan const& plan)
{
    if (plan.fits())
        return Q_EMIT m_studio.planned(plan, m_planning.measures);
    if (!m_planning.plain)
        m_planning.plain = plan;
    if (auto const measures = more_frugal(m_planning.measures)) {
        m_planning.measures = *measures;
        return m_engine->plan(m_plan, m_planning.request, *measures);
    }
    Q_EMIT m_studio.planned(*m_planning.plain, {});
}

void Studio::Room::find_fit(qint64 ticket, GenerationRequest request)
{
    m_fit_plan = ticket;
    m_fit.emplace(std::move(request));
    ask_fit();
}

void Studio::Room::ask_fit()
{
    if (m_fit->next() && m_engine)
        m_engine->plan(m_fit_plan, *m_fit->next(), {});
    else if (m_fit->found())
        Q_EMIT m_studio.fit_found(*m_fit->found(), QString::fromStdString(m_fit->words()));
}

void Studio::Room::ask_lora_fits(QString const& model, QStringList const& loras)
{
    std::vector<std::string> files;
    for (QString const& lora : loras)
        files.push_back(lora.toStdString());
    if (m_lora_fits)
        m_lora_fits->ask(model.toStdString(), files);
}

void Studio::Room::connect_engine()
{
    connect(m_engine.get(), &Engine::state_changed, &m_studio, &Studio::engine_state_changed);
    connect(m_engine.get(), &Engine::introduced, &m_studio, &Studio::engine_introduced);
    connect(m_engine.get(), &Engine::planned, this, [this](qint64 ticket, GenerationPlan const& plan) {
        if (ticket == m_plan)
            answer_plan(plan);
        if (m_fit && ticket == m_fit_plan) {
            m_fit->answer(plan.fits());
            ask_fit();
        }
    });
    connect(m_engine.get(), &Engine::plan_failed, this, [this](qint64 ticket, EngineFailure const& failure) {
        if (ticket == m_plan)
            Q_EMIT m_studio.plan_failed(failure.message);
    });
}

void Studio::Room::connect_runner()
{
    m_runner->set_gallery([this](JobId id, JobPicture const& picture, GenerationRequest const& request) {
        auto const job = m_queue->find(id);
        if (auto const origin = job ? origin_from(job->origin) : std::nullopt; origin && origin->live)
            return;                        // looked at while one paints, and gone
        m_gallery->add(picture.path, request, picture.index);
        Q_EMIT m_studio.gallery_changed();
    });
    connect(m_runner.get(), &JobRunner::job_started, this, [this](qint64 job) {
        if (auto const found = m_queue->find(job))
            m_sizes[job] = QSize(found->request.width, found->request.height);
        Q_EMIT m_studio.job_started(job);
    });
    connect(m_runner.get(), &JobRunner::phase_started, &m_studio, &Studio::phase_started);
    connect(m_runner.get(), &JobRunner::step_done, &m_studio, &Studio::step_done);
    connect(m_runner.get(), &JobRunner::preview_ready, this, [this](qint64 job, Image const& image, int) {
        QImage const preview = to_qimage(image);
        QSize const asked = m_sizes[job];
        Q_EMIT m_studio.preview_ready(job, preview, asked.isEmpty() ? preview.size() : asked);
    });
    connect(m_runner.get(), &JobRunner::picture_stored, this, [this](qint64 job, JobPicture const& picture) {
        guarded([&](Services&) {
            Q_EMIT m_studio.picture_stored(
                job, QString::fromStdString(utf8_name(picture.path)), to_qimage(read_picture(picture.path)));
        });
    });
    connect(m_runner.get(), &JobRunner::job_ended, this, [this](qint64 job, JobState state, QString const& message) {
        m_sizes.erase(job);
        Q_EMIT m_studio.job_ended(job, static_cast<int>(state), message);
    });
    connect(m_runner.get(), &JobRunner::queue_changed, &m_studio, &Studio::queue_changed);
    connect(m_runner.get(), &JobRunner::trouble, &m_studio, &Studio::trouble);
}

Studio::Studio(StudioOptions options, QObject* parent)
    : QObject(parent)
    , m_options(std::move(options))
    , m_room(new Room(*this, m_options))
{
    m_thread.setObjectName(QStringLiteral("services"));
    m_room->moveToThread(&m_thread);
    m_thread.start();
}

Studio::~Studio()
{
    QMetaObject::invokeMethod(m_room, [room = m_room] { room->close(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
    delete m_room;
}

void Studio::call(std::function<void(Room&)> work)
{
    QMetaObject::invokeMethod(m_room, [room = m_room, work = std::move(work)] { work(*room); });
}

void Studio::start()
{
    call([](Room& room) { room.open(); });
}

void Studio::post(std::function<void(Services&)> work)
{
    call([work = std::move(work)](Room& room) { room.guarded(work); });
}

void Studio::add_job(GenerationRequest request, QueuePlace place, std::vector<std::filesystem::path> lora_folders)
{
    add_job({ .request = std::move(request), .place = place, .output = {} }, std::move(lora_folders), 0);
}

void Studio::add_job(NewJob job, std::vector<std::filesystem::path> lora_folders, quint64 ticket)
{
    if (job.output.empty())
        job.output = m_output_folder;
    post([this, job = std::move(job), folders = std::move(lora_folders), ticket, styles = m_styles](
             Services& services) mutable {
        apply_styles(job.request, styles);
        resolve_loras(job.request, folders);
        drop_empty_start(job.request);
        JobId const id = services.queue.add(job);
        Q_EMIT job_added(id, ticket);
        services.runner.look();
    });
}

void Studio::cancel_running()
{
    post([](Services& services) {
        if (auto const job = services.runner.job()) {
            JobId const ids[] = { *job };
            services.queue.cancel(ids);
            services.runner.look();
        }
    });
}

void Studio::choose(EngineChoices choices)
{
    call([choices = std::move(choices)](Room& room) { room.choose(choices); });
}

void Studio::introduce_engine()
{
    call([](Room& room) { room.introduce(); });
}

void Studio::ask_lora_fits(QString const& model, QStringList const& loras)
{
    call([=](Room& room) { room.ask_lora_fits(model, loras); });
}

void Studio::ask_plan(GenerationRequest request)
{
    drop_empty_start(request);
    try {
        apply_styles(request, m_styles);
    } catch (Error const& error) {
        Q_EMIT plan_failed(QString::fromUtf8(error.what()));
        return;
    }
    // Above zero: the queue's own questions count downwards.
    call([ticket = ++m_plan, request = std::move(request)](Room& room) { room.plan(ticket, request); });
}

void Studio::find_fit(GenerationRequest request)
{
    drop_empty_start(request);
    std::erase_if(request.styles, [&](std::string const& name) { return !find_style(m_styles, name); });
    apply_styles(request, m_styles);
    call([ticket = ++m_plan, request = std::move(request)](Room& room) { room.find_fit(ticket, request); });
}

}
