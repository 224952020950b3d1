// SPDX-License-Identifier: Apache-2.0
// WorkerEngine: what the worker says.
#include "app/files/file.h"
#include "app/files/places.h"
#include "app/jobs/job_folder.h"
#include "app/jobs/worker_engine.h"
#include "app/protocol/lora_fit.h"
#include "app/protocol/pixels.h"

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t longest_preview = 64u << 20;
constexpr qsizetype longest_error_line = 4096;

QString text(std::string const& words) { return QString::fromStdString(words); }

}

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
                           .arg(text(utf8_name(m_options.program)), text(hello.version))
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
