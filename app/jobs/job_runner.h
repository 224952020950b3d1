// SPDX-License-Identifier: Apache-2.0
#pragma once

// Works through the queue, one job at a time: asks the engine whether the job fits, lets it run, brings its pictures to
// their place. Where the engine dies, has no memory left or makes no numbers, the job is tried once more, more
// carefully; then it fails and says why, and the queue goes on. Others may change the queue meanwhile, also from other
// processes.

#include "app/jobs/engine.h"
#include "app/jobs/fit_search.h"
#include "app/jobs/job_claims.h"

#include <QTimer>

namespace igneous {

class JobRunner : public QObject {
    Q_OBJECT

public:
    /// Whoever keeps finished pictures. Each is offered until one call returns, so now and then twice: known by its
    /// path.
    using Gallery = std::function<void(JobId job, JobPicture const& picture, GenerationRequest const& request)>;

    JobRunner(JobStore& store, Engine& engine, QObject* parent = nullptr);

    void set_gallery(Gallery gallery) { m_gallery = std::move(gallery); }
    /// Whether a job that failed for want of memory or numbers, or because the engine died, is tried once more [true].
    void set_retry(bool retry) { m_retry = retry; }
    /// Begins to work. Signals come from now on, all on this thread.
    void start();
    /// Puts the running job back to the front of the queue; stopped() comes once the engine is quiet.
    void stop();
    /// Looks at the queue now rather than in a moment: to be called after changing it on this thread.
    void look();
    /// The job that runs here.
    std::optional<JobId> job() const { return m_claim ? std::optional(m_claim->job) : std::nullopt; }

Q_SIGNALS:
    void job_started(qint64 job);
    void phase_started(qint64 job, QString const& phase);
    void step_done(qint64 job, int step, int total, double seconds_left);
    void preview_ready(qint64 job, Image const& image, int step);
    void picture_stored(qint64 job, JobPicture const& picture);
    /// It runs no more here: done, failed, cancelled, or queued again. `message` is for the user.
    void job_ended(qint64 job, JobState state, QString const& message);
    void queue_changed();
    /// The queue or the gallery cannot be kept: no room, say. Tried again by and by.
    void trouble(QString const& message);
    void stopped();

private:
    enum class Doing : std::uint8_t { nothing, planning, searching, generating, ending };

    void begin_next();
    void ask(GenerationRequest request);
    void generate();
    void refuse();
    void on_planned(qint64 ticket, GenerationPlan const& plan);
    void on_plan_failed(qint64 ticket, EngineFailure const& failure);
    void on_picture(qint64 job, EnginePicture const& picture);
    void on_finished(qint64 job);
    void on_failed(qint64 job, EngineFailure const& failure);
    void recover_from(EngineFailure const& failure);
    void fail_job(ErrorCode code, std::string const& message);
    void leave_job(JobState state, std::string const& message);
    void give_up_attempt();
    void now_idle();
    bool is_mine(qint64 job) const { return m_doing == Doing::generating && m_claim && m_claim->job == job; }
    void offer_pictures();
    void guarded(std::function<void()> const& work);

    JobStore& m_store;
    JobClaims m_claims;
    Engine& m_engine;
    Gallery m_gallery;
    QTimer m_timer { this };
    Doing m_doing = Doing::nothing;
    bool m_stopping = false, m_retry = true;
    std::optional<Claim> m_claim; // not while ending: then the engine still works on a job that is ours no more
    Claim m_ending;
    GenerationRequest m_request;
    SafetyMeasures m_safety;
    std::optional<FitSearch> m_search;
    GenerationPlan m_refused;
    qint64 m_ticket = 0;                   // falls: an engine's other users take numbers above zero
    std::chrono::steady_clock::time_point m_recovered, m_quiet_until, m_offer_after;
};

}
