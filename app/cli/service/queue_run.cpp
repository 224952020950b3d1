// SPDX-License-Identifier: Apache-2.0
#include "app/cli/service/queue_run.h"

#include "app/cli/console.h"
#include "app/cli/progress.h"
#include "app/files/places.h"

#include <nlohmann/json.hpp>

#include <QEventLoop>

#include <format>

namespace igneous {

namespace {

constexpr int look_every_ms = 50;

/// What a run has seen, and its end.
class Run {
public:
    Run(JobStore& store, Engine& engine, RunUntil until, Console& console, std::stop_token stop)
        : m_store(store)
        , m_runner(store, engine)
        , m_until(until)
        , m_console(console)
        , m_progress(console)
        , m_stop(std::move(stop))
    {
        QObject::connect(&m_runner, &JobRunner::job_started, [this](qint64 job) { show_start(job); });
        QObject::connect(&m_runner, &JobRunner::phase_started,
            [this](qint64, QString const& phase) { m_progress.show(PhaseStarted { phase.toStdString() }); });
        QObject::connect(&m_runner, &JobRunner::step_done,
            [this](qint64, int step, int total, double left) { m_progress.show(StepDone { step, total, left }); });
        QObject::connect(&m_runner, &JobRunner::picture_stored,
            [this](qint64 job, JobPicture const& picture) { show_picture(job, picture); });
        QObject::connect(&m_runner, &JobRunner::job_ended, [this](qint64 job, JobState state, QString const& message) {
            show_end(job, state, message.toStdString());
        });
        QObject::connect(
            &m_runner, &JobRunner::trouble, [this](QString const& message) { notice(message.toStdString()); });
        QObject::connect(&m_runner, &JobRunner::stopped, &m_loop, &QEventLoop::quit);
        QObject::connect(
            &engine, &Engine::state_changed, &m_runner, [this](QString const& state, QString const& device) {
                notice(std::format(
                    "engine: {}{}{}", state.toStdString(), device.isEmpty() ? "" : " on ", device.toStdString()));
            });
        QObject::connect(&m_timer, &QTimer::timeout, [this] { look(); });
    }

    void operator()(JobRunner::Gallery gallery)
    {
        m_runner.set_gallery(std::move(gallery));
        m_runner.start();
        m_timer.start(look_every_ms);
        m_loop.exec();
        if (m_stop.stop_requested())
            fail(ErrorCode::cancelled, "stopped; what was running waits at the front of the queue");
        if (m_store.paused())
            fail(ErrorCode::invalid_argument, "the queue is paused{}; igneous queue resume lets it go on",
                pause_reason());
        if (m_failed > 0)
            fail(m_last_error, "{} of {} jobs failed; see igneous queue list --state failed", m_failed, m_ended);
    }

private:
    void look()
    {
        bool const paused = m_store.paused();
        if (paused && !m_told_paused && m_until == RunUntil::stopped)
            notice(std::format("the queue is paused{}; igneous queue resume lets it go on", pause_reason()));
        m_told_paused = paused;
        bool const over
            = m_until == RunUntil::empty && !m_runner.job() && (paused || m_store.count(JobState::queued) == 0);
        if ((over || m_stop.stop_requested()) && !m_stopping) {
            m_stopping = true;
            m_runner.stop();
        }
    }

    std::string pause_reason()
    {
        std::string const reason = m_store.pause_reason();
        return reason.empty() ? reason : " (" + reason + ")";
    }

    void notice(std::string const& text)
    {
        m_console.note(text);
        m_console.object({ { "notice", text } });
    }

    void show_start(JobId id)
    {
        m_console.note(std::format("job {}", id));
        m_console.object({ { "started", { { "job", id } } } });
    }

    void show_picture(JobId id, JobPicture const& picture)
    {
        std::string const path = utf8_name(picture.path);
        m_console.print(path);
        m_console.object(
            { { "image", { { "job", id }, { "index", picture.index }, { "path", path }, { "seed", picture.seed },
                             { "width", picture.width }, { "height", picture.height } } } });
    }

    void show_end(JobId id, JobState state, std::string const& message)
    {
        auto const job = m_store.find(id);
        if (job)
            m_console.object({ { "job", job_object(*job) } });
        if (state == JobState::queued) {   // once more, or somebody else's turn
            m_console.note(std::format("job {} waits again{}{}", id, message.empty() ? "" : ": ", message));
            return;
        }
        ++m_ended;
        if (state == JobState::failed) {
            ++m_failed;
            m_last_error = job && job->error ? *job->error : ErrorCode::internal;
        }
        m_console.note(std::format("job {} {}{}{}", id, job_state_name(state), message.empty() ? "" : ": ", message));
    }

    JobStore& m_store;
    JobRunner m_runner;
    RunUntil m_until;
    Console& m_console;
    Progress m_progress;
    std::stop_token m_stop;
    QTimer m_timer;
    QEventLoop m_loop;
    bool m_stopping = false, m_told_paused = false;
    int m_ended = 0, m_failed = 0;
    ErrorCode m_last_error = ErrorCode::internal;
};

}

void run_queue(
    JobStore& store, Engine& engine, JobRunner::Gallery gallery, RunUntil until, Console& console, std::stop_token stop)
{
    Run(store, engine, until, console, std::move(stop))(std::move(gallery));
}

nlohmann::ordered_json job_object(Job const& job)
{
    nlohmann::ordered_json pictures = nlohmann::ordered_json::array();
    for (JobPicture const& picture : job.pictures)
        pictures.push_back({ { "index", picture.index }, { "path", utf8_name(picture.path) }, { "seed", picture.seed },
            { "width", picture.width }, { "height", picture.height } });
    nlohmann::ordered_json object = { { "id", job.id }, { "state", job_state_name(job.state) } };
    if (job.error)
        object["error"] = error_name(*job.error);
    object.update({ { "message", job.message }, { "attempts", job.attempts }, { "frugal", job.safety.frugal },
        { "f32", job.safety.f32 }, { "created", job.created }, { "started", job.started }, { "ended", job.ended },
        { "seconds", job.seconds }, { "process", job.process }, { "output", utf8_name(job.output) },
        { "pictures", pictures }, { "request", nlohmann::ordered_json::parse(to_json(job.request)) } });
    return object;
}

}
