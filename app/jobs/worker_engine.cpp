// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/worker_engine.h"

#include "app/files/places.h"
#include "app/jobs/job_folder.h"
#include "app/protocol/allowed_folders.h"

#include <algorithm>

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr int most_deaths = 4;                     // one after the other, while it starts, before it is given up
constexpr int leave_limit = 3000;                  // ms, for a worker whose input was closed

QString text(std::string const& words) { return QString::fromStdString(words); }
QString name_of(fs::path const& path) { return QString::fromStdString(utf8_name(path)); }

EngineFailure failure_of(Error const& error) { return { error.code(), text(error.what()) }; }

bool covered(fs::path const& path, std::vector<fs::path> const& folders)
{
    return !folders.empty() && AllowedFolders(folders).allow(path);
}

}

WorkerEngine::WorkerEngine(WorkerEngineOptions options, QObject* parent)
    : Engine(parent)
    , m_options(std::move(options))
{
    for (QTimer* timer : { &m_silence, &m_patience, &m_pause })
        timer->setSingleShot(true);
    connect(&m_silence, &QTimer::timeout, this, &WorkerEngine::check_silence);
    connect(&m_patience, &QTimer::timeout, this, &WorkerEngine::out_of_patience);
    connect(&m_pause, &QTimer::timeout, this, &WorkerEngine::advance);
}

WorkerEngine::~WorkerEngine()
{
    if (m_process) {
        m_process->disconnect(this);
        m_process->closeWriteChannel();
        if (m_cancelled_runs || (m_job && m_job->sent) || !m_process->waitForFinished(leave_limit))
            m_process->kill();
    }
    for (QProcess* process : findChildren<QProcess*>())   // killed ones that the event loop has not seen end
        process->waitForFinished(leave_limit);
}

// ---- What the queue asks ----

void WorkerEngine::generate(
    qint64 job, GenerationRequest const& request, SafetyMeasures const& safety, fs::path const& folder)
{
    Q_ASSERT_X(!m_job, "WorkerEngine::generate", "one job at a time");
    try {
        Job next { .number = job, .folder = folder };
        write_init(request, next);
        next.call.job = job;
        next.call.safety = safety;
        next.call.previews_per_second = std::clamp(m_options.previews_per_second, 0.0, most_previews_per_second);
        next.call.folder = utf8_name(fs::absolute(folder));
        next.call.metadata = m_options.metadata;
        need_folders(request);
        if (m_options.job_folder.empty() || !covered(folder, { m_options.job_folder })) {
            m_options.job_folder = fs::absolute(folder).parent_path();
            m_outgrown = true;
        }
        m_job = std::move(next);
    } catch (Error const& error) {
        return fail_job(job, failure_of(error));
    } catch (fs::filesystem_error const& error) {
        return fail_job(job, { ErrorCode::file_missing, text(error.what()) });
    }
    advance();
}

void WorkerEngine::cancel(qint64 job)
{
    if (!m_job || m_job->number != job)
        return;
    if (m_job->sent) {
        send(CancelCall { job });
        m_cancelled_runs = true;
        m_patience.start(m_options.cancel_grace);
    }
    m_job.reset();
    fail_job(job, { ErrorCode::cancelled, QStringLiteral("cancelled") });   // whatever the worker says, and when
}

void WorkerEngine::plan(qint64 ticket, GenerationRequest const& request, SafetyMeasures const& safety)
{
    ask({ ticket, PlanCall { request, safety } }, [&] { need_folders(request); });
}

void WorkerEngine::match_lora(qint64 ticket, std::string const& model, std::string const& lora)
{
    ask({ ticket, InspectCall { model, lora } }, [&] {
        need_model(model);
        need_file(lora);
    });
}

/// Sent when it can be; answered here where what it needs is not there.
void WorkerEngine::ask(Question question, std::function<void()> const& need)
{
    try {
        need();
    } catch (Error const& error) {
        EngineFailure const failure = failure_of(error);
        QMetaObject::invokeMethod(
            this, [this, question, failure] { fail_question(question, failure); }, Qt::QueuedConnection);
        return;
    }
    m_questions.push_back(std::move(question));
    advance();
}

void WorkerEngine::free_memory()
{
    if (m_state == State::ready)
        send(FreeMemoryCall {});
}

void WorkerEngine::choose(EngineChoices const& choices)
{
    bool const other_process
        = choices.device != m_options.device || choices.memory_limit != m_options.memory_limit;
    m_options.device = choices.device;
    m_options.memory_limit = choices.memory_limit;
    m_options.previews_per_second = choices.previews_per_second;
    m_options.metadata = choices.metadata;
    m_outgrown = m_outgrown || other_process;
    for (fs::path const& folder : choices.model_folders)
        if (!covered(folder, m_options.model_folders)) {
            m_options.model_folders.push_back(fs::absolute(folder));
            m_outgrown = true;
        }
    m_introduce = m_introduce || other_process;    // it may be another device now
    advance();
}

void WorkerEngine::introduce()
{
    m_introduce = true;
    advance();
}

/// Its pictures go into the job's folder, and what is sent has none.
void WorkerEngine::write_init(GenerationRequest const& request, Job& job)
{
    job.call.request = request;
    if (!request.init)
        return;
    write_pixels(job.folder / worker_init_file, request.init->image);
    job.call.init_image = worker_init_file;
    if (request.init->mask) {
        write_pixels(job.folder / worker_mask_file, *request.init->mask);
        job.call.mask = worker_mask_file;
    }
    job.call.request.init->image = {};
    job.call.request.init->mask.reset();
}

/// What is read must be among the worker's folders. A model that was deleted is said so here, and not by a worker that was
/// started for it.
void WorkerEngine::need_folder(std::string const& name, fs::path const& folder)
{
    std::error_code error;
    if (!fs::exists(path_from_utf8(name), error))
        fail(ErrorCode::file_missing, "{} is not there; it may have been deleted or moved, or its disk is away", name);
    if (!covered(folder, m_options.model_folders)) {
        m_options.model_folders.push_back(fs::absolute(folder));
        m_outgrown = true;
    }
}

void WorkerEngine::need_model(std::string const& model)
{
    std::error_code error;
    fs::path const path = path_from_utf8(model);
    need_folder(model, fs::is_regular_file(path, error) ? path.parent_path() : path);
}

void WorkerEngine::need_file(std::string const& file) { need_folder(file, path_from_utf8(file).parent_path()); }

void WorkerEngine::need_folders(GenerationRequest const& request)
{
    need_model(request.model);
    if (!request.vae.empty())
        need_file(request.vae);
    for (LoraUse const& lora : request.loras)
        if (!lora.file.empty())
            need_file(lora.file);
}

// ---- The process ----

void WorkerEngine::tell_state(QString const& state) { Q_EMIT state_changed(state, m_device); }

/// Does whatever can be done next; called whenever anything has changed.
void WorkerEngine::advance()
{
    if (m_introduce && m_state == State::ready && !m_outgrown) {
        m_introduce = false;
        Q_EMIT introduced(*m_facts);
    }
    bool const wanted = (m_job && !m_job->sent) || !m_questions.empty() || m_introduce;
    if (!wanted || m_pause.isActive())
        return;
    if (m_state == State::down)
        return start();
    bool const busy = m_cancelled_runs || (m_job && m_job->sent);
    if (m_state != State::ready || (m_outgrown && busy))
        return;
    if (m_outgrown)
        return leave();
    for (; !m_questions.empty(); m_questions.pop_front()) {
        std::int64_t const id = send(m_questions.front().call);
        m_asked.emplace(id, std::move(m_questions.front()));
    }
    if (m_job && !busy) {
        m_job->sent = true;
        m_generate_id = send(m_job->call);
    }
}

void WorkerEngine::start()
{
    m_state = State::starting;
    m_outgrown = false;
    m_frames = {};
    m_error_line.clear();
    m_confinement.reset();
    m_process = new QProcess(this);
    m_process->setProcessEnvironment(m_options.environment);
    connect(m_process, &QProcess::readyReadStandardOutput, this, &WorkerEngine::read_output);
    connect(m_process, &QProcess::readyReadStandardError, this, &WorkerEngine::read_errors);
    connect(m_process, &QProcess::finished, this, &WorkerEngine::process_ended);
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            refused(QStringLiteral("the engine %1 cannot be started: %2; install Igneous again")
                        .arg(name_of(m_options.program), m_process->errorString()));
    });
    QStringList arguments { QStringLiteral("worker"), QStringLiteral("--confine"), m_options.confine };
    if (!m_options.device.isEmpty())
        arguments << QStringLiteral("--device") << m_options.device;
    if (m_options.memory_limit > 0)
        arguments << QStringLiteral("--memory-limit") << QString::number(std::max<std::uint64_t>(m_options.memory_limit >> 20, 1));
    for (fs::path const& folder : m_options.model_folders)
        arguments << QStringLiteral("--model-folder") << name_of(folder);
    std::error_code ignored;
    fs::create_directories(m_options.job_folder, ignored);   // a plan may be asked for before there ever was a job
    if (!m_options.job_folder.empty())
        arguments << QStringLiteral("--job-folder") << name_of(m_options.job_folder);
    tell_state(QStringLiteral("starting"));
    m_silence.start(m_options.start_limit);
    m_patience.start(m_options.start_limit);
    m_process->start(name_of(m_options.program), arguments);
    if (m_process)                                 // not where it could not be started
        m_hello_id = send(HelloCall { .client = "igneous" });
}

/// Lets the worker end by itself, so that it keeps what it compiled; advance() then starts one with the new folders.
void WorkerEngine::leave()
{
    m_state = State::leaving;
    m_process->closeWriteChannel();
    m_silence.stop();
    m_patience.start(leave_limit);
}

void WorkerEngine::process_ended()
{
    if (m_state == State::leaving)
        return replace();
    QString const how = m_process->exitStatus() == QProcess::CrashExit
        ? QStringLiteral("the engine crashed")
        : QStringLiteral("the engine ended with code %1").arg(m_process->exitCode());
    read_errors();
    QString const last = text(m_error_line.trimmed().toStdString());
    died(last.isEmpty() ? how : how + QStringLiteral(": ") + last);
}

void WorkerEngine::stop_process()
{
    for (QTimer* timer : { &m_silence, &m_patience })
        timer->stop();
    m_state = State::down;
    m_cancelled_runs = false;
    m_process->disconnect(this);
    m_process->kill();
    // Waited for in the event loop; as this object's child it is gone at the latest with it.
    connect(m_process, &QProcess::finished, m_process, &QObject::deleteLater);
    if (m_process->state() == QProcess::NotRunning)
        m_process->deleteLater();
    m_process = nullptr;
}

/// For a process that the waiting job and questions have no part in.
void WorkerEngine::replace()
{
    for (auto& [id, question] : std::exchange(m_asked, {}))
        m_questions.push_back(std::move(question));
    stop_process();
    advance();
}

/// The process is gone, or must go: the job fails, and the next process waits for a while.
void WorkerEngine::died(QString const& why)
{
    if (m_cancelled_runs)                          // it died of a job that nobody waits for any more
        return replace();
    if (m_state == State::starting && m_deaths >= most_deaths)
        return refused(QStringLiteral("the engine ended %1 times while it started: %2; install Igneous again, or see whether "
                                      "the graphics driver works")
                           .arg(std::exchange(m_deaths, 0) + 1)
                           .arg(why));
    stop_process();
    int const doublings = std::min(m_deaths++, 20);
    auto const pause = std::min(m_options.longest_pause, m_options.first_pause * (1 << doublings));
    m_pause.start(pause);
    Q_EMIT logged(why);
    tell_state(QStringLiteral("restarting in %1 s").arg(static_cast<double>(pause.count()) / 1000, 0, 'g', 2));
    give_up({ ErrorCode::internal, why, true });
}

/// It will not work however often it is started.
void WorkerEngine::refused(QString const& why)
{
    stop_process();
    Q_EMIT logged(why);
    tell_state(QStringLiteral("stopped"));
    give_up({ ErrorCode::internal, why, false, true });
}

void WorkerEngine::give_up(EngineFailure const& failure)
{
    m_introduce = false;                           // state_changed() said enough
    auto const questions = std::exchange(m_questions, {});
    auto const asked = std::exchange(m_asked, {});
    if (auto const job = std::exchange(m_job, std::nullopt)) {
        remove_leftovers(job->folder);
        fail_job(job->number, failure);
    }
    for (Question const& question : questions)
        fail_question(question, failure);
    for (auto const& [id, question] : asked)
        fail_question(question, failure);
}

void WorkerEngine::fail_question(Question const& question, EngineFailure const& failure)
{
    if (std::holds_alternative<PlanCall>(question.call))
        Q_EMIT plan_failed(question.ticket, failure);
    else
        Q_EMIT lora_match_failed(question.ticket, failure);
}

/// Later, so that whoever asked has done what he was at.
void WorkerEngine::fail_job(qint64 job, EngineFailure const& failure)
{
    QMetaObject::invokeMethod(this, [this, job, failure] { Q_EMIT failed(job, failure); }, Qt::QueuedConnection);
}

void WorkerEngine::check_silence()
{
    if (m_process->waitForReadyRead(0))            // it was this thread that did not listen
        return;
    died(QStringLiteral("the engine gave no sign of life for %1 s")
             .arg(static_cast<double>(m_options.silence_limit.count()) / 1000));
}

void WorkerEngine::out_of_patience()
{
    if (m_state == State::starting)
        return died(QStringLiteral("the engine did not start in time"));
    replace();                                     // it did not stop a cancelled job, or does not leave
}

}
