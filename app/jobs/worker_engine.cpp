// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/worker_engine.h"

#include "app/files/file.h"
#include "app/files/places.h"
#include "app/protocol/allowed_folders.h"
#include "app/protocol/lora_fit.h"
#include "app/protocol/pixels.h"

#include <algorithm>
#include <fstream>

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr char const* init_file = "init.pam";
constexpr char const* mask_file = "mask.pam";
constexpr std::uint64_t longest_preview = 64u << 20;
constexpr qsizetype longest_error_line = 4096;
constexpr int most_deaths = 4;                     // one after the other, while it starts, before it is given up
constexpr int leave_limit = 3000;                  // ms, for a worker whose input was closed

QString text(std::string const& words) { return QString::fromStdString(words); }
QString name_of(fs::path const& path) { return QString::fromStdString(utf8_name(path)); }

EngineFailure failure_of(Error const& error) { return { error.code(), text(error.what()) }; }

void write_pixels(fs::path const& path, Image const& image)
{
    auto const bytes = encode_pam(image);          // not brought to the disk: nobody needs it after a power cut
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<char const*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out)
        fail(ErrorCode::disk_full, "{} could not be written whole; make room on the disk", utf8_name(path));
}

/// What is no picture: what the job started from, and what a worker that was killed had no time to remove.
void remove_leftovers(fs::path const& folder)
{
    std::error_code error;
    std::vector<fs::path> leftovers { folder / init_file, folder / mask_file };
    for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator(); entry.increment(error)) {
        std::string const name = utf8_name(entry->path().filename());
        if (name.starts_with("preview-") || name.ends_with(".part"))
            leftovers.push_back(entry->path());
    }
    for (fs::path const& path : leftovers)
        fs::remove(path, error);
}

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
    write_pixels(job.folder / init_file, request.init->image);
    job.call.init_image = init_file;
    if (request.init->mask) {
        write_pixels(job.folder / mask_file, *request.init->mask);
        job.call.mask = mask_file;
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

// ---- What the worker says ----

std::int64_t WorkerEngine::send(Call const& call)
{
    std::string const message = frame(write_message(write_call(RpcId { ++m_last_id }, call)));
    m_process->write(message.data(), static_cast<qint64>(message.size()));
    return m_last_id;
}

void WorkerEngine::read_output()
{
    if (m_state != State::leaving)
        m_silence.start(m_options.silence_limit);
    QProcess* const process = m_process;
    QByteArray const bytes = process->readAllStandardOutput();
    try {
        m_frames.feed({ bytes.data(), static_cast<std::size_t>(bytes.size()) });
        while (process == m_process && m_state != State::leaving) {   // a slot may have ended it
            auto const body = m_frames.next();
            if (!body)
                return;
            auto const message = read_message(*body);
            if (!message)
                fail(ErrorCode::internal, "{}", message.error().error.message);
            if (auto const* response = std::get_if<RpcResponse>(&*message))
                take(*response);
            else if (auto const* notification = std::get_if<RpcNotification>(&*message))
                take(*notification);               // requests from there are none of the protocol's; nothing is owed
        }
    } catch (std::exception const& error) {
        if (process == m_process)
            died(QStringLiteral("the engine speaks nonsense: %1").arg(text(error.what())));
    }
}

void WorkerEngine::read_errors()
{
    m_error_line += m_process->readAllStandardError();
    for (qsizetype end = 0; (end = m_error_line.indexOf('\n')) >= 0 || m_error_line.size() > longest_error_line;) {
        qsizetype const length = end >= 0 ? end : longest_error_line;
        Q_EMIT logged(QString::fromUtf8(m_error_line.first(length)));
        m_error_line.remove(0, length + (end >= 0 ? 1 : 0));
    }
}

void WorkerEngine::take(RpcResponse const& response)
{
    auto const* id = std::get_if<std::int64_t>(&response.id);
    if (!id)                                       // it could not read something of ours
        fail(ErrorCode::internal, "{}", response.result ? "an answer to nothing" : response.result.error().message);
    if (*id == m_hello_id)
        return take_hello(response);
    if (*id == m_generate_id)
        return take_generated(response);
    if (auto const question = m_asked.extract(*id))
        take_answer(question.mapped(), response);
}

void WorkerEngine::take_hello(RpcResponse const& response)
{
    if (!response.result)
        return refused(text(response.result.error().message));
    HelloAnswer const hello = read_hello_answer(*response.result);
    if (hello.protocol != protocol_version)
        return refused(QStringLiteral("the engine %1 is of another version (%2 speaks protocol %3, this program %4); "
                                      "install Igneous again")
                           .arg(name_of(m_options.program), text(hello.version))
                           .arg(hello.protocol)
                           .arg(protocol_version));
    m_state = State::ready;
    m_patience.stop();
    m_device = text(hello.device);
    m_confinement = hello.confinement;
    m_facts = EngineFacts { text(hello.version), m_device, {} };
    for (WorkerDevice const& device : hello.devices)
        m_facts->devices.push_back({ device.index, text(device.name), text(device.kind), text(device.driver),
            text(device.vulkan), device.memory_bytes, text(device.why_not) });
    tell_state(QStringLiteral("ready"));
    advance();
}

void WorkerEngine::take_generated(RpcResponse const& response)
{
    m_deaths = 0;
    m_generate_id = 0;
    if (m_cancelled_runs) {                        // who cancelled has his answer already
        m_cancelled_runs = false;
        m_patience.stop();
        return advance();
    }
    if (!m_job || !m_job->sent)
        return;
    if (!response.result) {
        Job const job = *std::exchange(m_job, std::nullopt);
        remove_leftovers(job.folder);
        RpcError const& error = response.result.error();
        // A model that was put there anew is another folder than the one the worker was started for.
        m_outgrown = m_outgrown || code_of(error) == ErrorCode::file_missing;
        return fail_job(job.number, { code_of(error), text(error.message) });
    }
    GenerateAnswer const answer = read_generate_answer(*response.result);
    if (answer.pictures.size() != m_job->pictures)
        fail(ErrorCode::internal, "it told of {} pictures and made {}", m_job->pictures, answer.pictures.size());
    Job const job = *std::exchange(m_job, std::nullopt);
    remove_leftovers(job.folder);
    Q_EMIT finished(job.number);
}

void WorkerEngine::take_answer(Question const& question, RpcResponse const& response)
{
    if (!response.result) {
        RpcError const& error = response.result.error();
        return fail_question(question, { code_of(error), text(error.message) });
    }
    if (std::holds_alternative<PlanCall>(question.call))
        Q_EMIT planned(question.ticket, read_plan_answer(*response.result));
    else
        Q_EMIT lora_matched(question.ticket, read_lora_fit(*response.result));
}

void WorkerEngine::take(RpcNotification const& notification)
{
    if (auto const note = read_note(notification))
        std::visit([this](auto const& n) { take(n); }, *note);
}

/// Not so between a cancelled job's last words and the next one's first, which may have its number.
bool WorkerEngine::runs(qint64 job) const { return m_job && m_job->sent && m_job->number == job; }

void WorkerEngine::take(ProgressNote const& note)
{
    if (!runs(note.job))
        return;
    if (note.step == 0)
        Q_EMIT phase_started(note.job, text(note.phase));
    else
        Q_EMIT step_done(note.job, note.step, note.total, note.seconds_left);
}

void WorkerEngine::take(PreviewNote const& note)
{
    if (!runs(note.job))
        return;
    fs::path const file = m_job->folder / path_from_utf8(note.file);
    try {
        Image const image = decode_pam(read_file(file, longest_preview), note.file);
        Q_EMIT preview_ready(note.job, image, note.step);
    } catch (Error const&) {                       // overwritten or gone meanwhile: the next one comes soon
    }
}

void WorkerEngine::take(PictureNote const& note)
{
    if (!runs(note.job))
        return;
    FinishedPicture const& picture = note.picture;
    fs::path const file = m_job->folder / path_from_utf8(picture.file);
    if (std::error_code error; fs::symlink_status(file, error).type() != fs::file_type::regular)
        fail(ErrorCode::internal, "there is no picture {}", picture.file);
    ++m_job->pictures;
    Q_EMIT picture_ready(note.job, { picture.index, picture.seed, file, picture.width, picture.height });
}

void WorkerEngine::take(LogNote const& note) { Q_EMIT logged(text(note.text)); }

}
