// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/job_runner.h"

#include "app/files/places.h"

#include <format>

namespace igneous {

namespace fs = std::filesystem;

using namespace std::chrono_literals;

namespace {

constexpr auto poll_every = 50ms;          // a fifth of what a cancelled job may take
constexpr auto recover_every = 2s;
constexpr auto wait_after_trouble = 3s;
constexpr auto wait_for_engine = 3s;       // that should take 250 ms to stop
constexpr auto wait_for_gallery = 60s;

QString shown(std::string const& text) { return QString::fromStdString(text); }

/// What may help; nothing where trying again would end the same way.
std::optional<SafetyMeasures> measures_against(EngineFailure const& failure, GenerationRequest const& request)
{
    if (failure.engine_died || failure.code == ErrorCode::device_lost || failure.code == ErrorCode::out_of_memory)
        return SafetyMeasures { .frugal = true };
    if (failure.code == ErrorCode::numeric && request.tier != Tier::f32)
        return SafetyMeasures { .f32 = true };
    return std::nullopt;
}

std::string words(SafetyMeasures const& safety)
{
    return safety.f32 ? "tried again in 32 bits"
                      : "tried again with one part of the model on the device at a time";
}

/// A file of the request that is gone.
std::optional<std::string> missing_file(GenerationRequest const& request)
{
    std::error_code error;
    if (!request.model.empty() && !fs::exists(path_from_utf8(request.model), error))
        return std::format(
            "the model {} is not there any more; put it back and retry the job, or remove the job", request.model);
    if (!request.vae.empty() && !fs::exists(path_from_utf8(request.vae), error))
        return std::format(
            "the VAE {} is not there any more; put it back and retry the job, or remove the job", request.vae);
    for (LoraUse const& lora : request.loras)
        if (!lora.file.empty() && !fs::exists(path_from_utf8(lora.file), error))
            return std::format(
                "the LoRA {} is not there any more; put it back and retry the job, or remove the job", lora.file);
    return std::nullopt;
}

std::string gibibytes(std::uint64_t bytes) { return std::format("{:.2f} GiB", static_cast<double>(bytes) / (1 << 30)); }

}

JobRunner::JobRunner(JobStore& store, Engine& engine, QObject* parent)
    : QObject(parent)
    , m_store(store)
    , m_claims(store)
    , m_engine(engine)
{
    m_timer.setInterval(poll_every);
    connect(&m_timer, &QTimer::timeout, this, &JobRunner::look);
    connect(&engine, &Engine::planned, this, &JobRunner::on_planned);
    connect(&engine, &Engine::plan_failed, this, &JobRunner::on_plan_failed);
    connect(&engine, &Engine::picture_ready, this, &JobRunner::on_picture);
    connect(&engine, &Engine::finished, this, &JobRunner::on_finished);
    connect(&engine, &Engine::failed, this, &JobRunner::on_failed);
    connect(&engine, &Engine::phase_started, this, [this](qint64 job, QString const& phase) {
        if (is_mine(job))
            Q_EMIT phase_started(job, phase);
    });
    connect(&engine, &Engine::step_done, this, [this](qint64 job, int step, int total, double seconds_left) {
        if (is_mine(job))
            Q_EMIT step_done(job, step, total, seconds_left);
    });
    connect(&engine, &Engine::preview_ready, this, [this](qint64 job, Image const& image, int step) {
        if (is_mine(job))
            Q_EMIT preview_ready(job, image, step);
    });
}

void JobRunner::start()
{
    guarded([&] {
        m_claims.tidy();
        offer_pictures();
    });
    m_timer.start();
    QTimer::singleShot(0, this, &JobRunner::look);
}

void JobRunner::stop()
{
    m_stopping = true;
    guarded([&] {
        if (m_claim) {
            JobId const job = m_claim->job;
            bool const back = m_claims.put_back(*m_claim);
            give_up_attempt();
            if (back)
                Q_EMIT job_ended(job, JobState::queued, {});
        }
    });
    if (m_doing == Doing::nothing)
        QTimer::singleShot(0, this, &JobRunner::now_idle);
    else
        QTimer::singleShot(wait_for_engine, this, &JobRunner::now_idle);
}

void JobRunner::look()
{
    if (std::chrono::steady_clock::now() < m_quiet_until)
        return;
    guarded([&] {
        if (m_store.changed())
            Q_EMIT queue_changed();
        if (m_claim && !m_claims.holds(*m_claim)) {            // cancelled, or put back by somebody
            JobId const id = m_claim->job;
            auto const job = m_store.find(id);
            give_up_attempt();
            Q_EMIT job_ended(id, job ? job->state : JobState::cancelled, {});
        }
        if (m_doing == Doing::nothing && !m_stopping)
            begin_next();
    });
}

/// What goes wrong here is the job's failure, or, where even that cannot be written down, trouble.
void JobRunner::guarded(std::function<void()> const& work)
{
    auto const complain = [&](Error const& error) {
        m_quiet_until = std::chrono::steady_clock::now() + wait_after_trouble;
        give_up_attempt();                 // the job stays ours until begin_next() can put it back
        Q_EMIT trouble(shown(error.what()));
    };
    try {
        work();
    } catch (Error const& error) {
        if (!m_claim)
            return complain(error);
        try {
            fail_job(error.code(), error.what());
        } catch (Error const& worse) {
            complain(worse);
        }
    }
}

void JobRunner::begin_next()
{
    if (auto const now = std::chrono::steady_clock::now(); now - m_recovered > recover_every) {
        m_recovered = now;
        JobClaims::recover(m_store);
        m_claims.put_back_all();
        offer_pictures();
    }
    m_claim = m_claims.claim_next();
    if (!m_claim)
        return;
    m_doing = Doing::planning;
    Q_EMIT job_started(m_claim->job);
    m_request = m_store.request(m_claim->job);
    m_safety = m_store.find(m_claim->job)->safety;
    if (m_claims.place_kept(*m_claim) >= m_request.batch) {    // made before this process or its predecessor ended
        offer_pictures();
        m_claims.finish(*m_claim);
        leave_job(JobState::done, {});
    } else if (auto const missing = missing_file(m_request)) {
        fail_job(ErrorCode::file_missing, *missing);
    } else {
        ask(m_request);
    }
}

// By value: an engine that answers at once ends the search that the request came from.
void JobRunner::ask(GenerationRequest request) { m_engine.plan(--m_ticket, request, m_safety); }

void JobRunner::on_planned(qint64 ticket, GenerationPlan const& plan)
{
    if (ticket != m_ticket || !m_claim || (m_doing != Doing::planning && m_doing != Doing::searching))
        return;
    guarded([&] {
        if (m_doing == Doing::planning && plan.fits())
            return generate();
        if (m_doing == Doing::planning) {
            if (auto const safety = more_frugal(m_safety)) {
                m_safety = *safety;
                return ask(m_request);
            }
            m_refused = plan;
            m_search.emplace(m_request);
            m_doing = Doing::searching;
        } else {
            m_search->answer(plan.fits());
        }
        if (m_search->next())
            ask(*m_search->next());
        else
            refuse();
    });
}

void JobRunner::on_plan_failed(qint64 ticket, EngineFailure const& failure)
{
    if (ticket != m_ticket || !m_claim)
        return;
    guarded([&] {
        if (m_doing == Doing::searching)
            refuse();                      // without a suggestion, or with the one that was found
        else if (m_doing == Doing::planning)
            recover_from(failure);
    });
}

void JobRunner::refuse()
{
    std::string const nearest = m_search->words();
    bool const one_piece = m_refused.budget_bytes == 0 || m_refused.total_bytes <= m_refused.budget_bytes;
    std::string const what = one_piece ? std::format("needs {} of device memory in one piece but the device gives {}",
                                             gibibytes(m_refused.arena_bytes), gibibytes(m_refused.block_bytes))
                                       : std::format("needs {} of device memory but {} are free",
                                             gibibytes(m_refused.total_bytes), gibibytes(m_refused.budget_bytes));
    fail_job(ErrorCode::out_of_memory,
        nearest.empty()
            ? std::format("this {}; no smaller size fits either: close other programs, or take a smaller model", what)
            : std::format("this {}; this would fit: {}", what, nearest));
}

void JobRunner::generate()
{
    fs::path const folder = m_claims.begin_attempt(*m_claim);
    m_doing = Doing::generating;
    m_engine.generate(m_claim->job, m_request, m_safety, folder);
}

void JobRunner::on_picture(qint64 job, EnginePicture const& picture)
{
    if (!is_mine(job))
        return;
    guarded([&] {
        std::optional<JobPicture> kept;
        try {
            kept = m_claims.keep_picture(
                *m_claim, { picture.index, picture.seed, picture.width, picture.height, picture.file });
        } catch (Error const& error) {
            return fail_job(error.code(), std::format("{}; the finished picture waits in {}: retry the job",
                                              error.what(), utf8_name(m_store.folder_of(job))));
        }
        if (!kept)
            return;
        Q_EMIT picture_stored(job, *kept);
        offer_pictures();
    });
}

void JobRunner::on_finished(qint64 job)
{
    if (m_doing == Doing::ending && job == m_ending.job)
        return now_idle();
    if (!is_mine(job))
        return;
    guarded([&] {
        int const made = m_claims.place_kept(*m_claim);
        m_doing = Doing::planning;         // the engine is done with it
        if (made < m_request.batch)
            return recover_from({ ErrorCode::internal,
                shown(std::format("the engine said it was done but made {} of {} pictures", made, m_request.batch)),
                true });
        m_claims.finish(*m_claim);
        leave_job(JobState::done, {});
    });
}

void JobRunner::on_failed(qint64 job, EngineFailure const& failure)
{
    if (m_doing == Doing::ending && job == m_ending.job)
        return now_idle();
    if (!is_mine(job))
        return;
    guarded([&] {
        m_doing = Doing::planning;
        recover_from(failure);
    });
}

void JobRunner::recover_from(EngineFailure const& failure)
{
    std::string const happened = failure.message.toStdString();
    if (failure.no_engine) {               // no job's fault; the others would only follow
        m_claims.put_back(*m_claim);
        m_store.pause(RunningJob::finishes, happened);
        return leave_job(JobState::queued, happened);
    }
    auto const measures = m_retry ? measures_against(failure, m_request) : std::nullopt;
    if (measures && !m_claims.retried(*m_claim)) {
        std::string const message = std::format("{}; {}", happened, words(*measures));
        m_claims.try_again(*m_claim, *measures, message);
        return leave_job(JobState::queued, message);
    }
    std::string const before = m_store.find(m_claim->job)->message;
    fail_job(failure.code, before.empty() ? happened : std::format("{}; before that: {}", happened, before));
}

void JobRunner::fail_job(ErrorCode code, std::string const& message)
{
    m_claims.fail(*m_claim, code, message);
    // What the next job would run into as well. Trying them all would only fail them all.
    if (code == ErrorCode::disk_full || code == ErrorCode::no_device)
        m_store.pause(RunningJob::finishes, message);
    leave_job(JobState::failed, message);
}

/// The claim has ended.
void JobRunner::leave_job(JobState state, std::string const& message)
{
    JobId const job = m_claim->job;
    give_up_attempt();
    Q_EMIT job_ended(job, state, shown(message));
}

/// From here on nothing that the engine says about the job counts.
void JobRunner::give_up_attempt()
{
    if (!m_claim)
        return;
    m_ending = *m_claim;
    m_claim.reset();
    m_search.reset();
    --m_ticket;
    if (m_doing == Doing::generating) {
        m_doing = Doing::ending;
        m_engine.cancel(m_ending.job);
    } else {
        m_doing = Doing::nothing;
        QTimer::singleShot(0, this, &JobRunner::look);
    }
}

void JobRunner::now_idle()
{
    if (m_doing == Doing::ending)
        guarded([&] { m_claims.put_back(m_ending); });         // only what its attempt left is removed
    m_doing = Doing::nothing;
    if (!m_stopping) {
        QTimer::singleShot(0, this, &JobRunner::look);
    } else if (m_timer.isActive()) {
        m_timer.stop();
        Q_EMIT stopped();
    }
}

void JobRunner::offer_pictures()
{
    if (!m_gallery || std::chrono::steady_clock::now() < m_offer_after)
        return;
    std::optional<std::string> trouble_with;
    for (NewPicture const& picture : m_claims.not_offered()) {
        try {
            auto const job = m_store.find(picture.job);
            std::error_code error;
            if (fs::exists(picture.picture.path, error))       // else somebody took it away already
                m_gallery(picture.job, picture.picture, job ? job->request : GenerationRequest());
            m_claims.mark_offered(picture);
        } catch (std::exception const& error) {                // it lies in its place: a gallery can wait
            trouble_with = error.what();
        }
    }
    if (trouble_with) {
        m_offer_after = std::chrono::steady_clock::now() + wait_for_gallery;
        Q_EMIT trouble(shown(*trouble_with));
    }
}

}
