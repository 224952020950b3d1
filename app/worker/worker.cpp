// SPDX-License-Identifier: Apache-2.0
#include "app/worker/worker.h"

#include "app/files/places.h"
#include "app/protocol/framing.h"
#include "app/protocol/allowed_folders.h"
#include "app/worker/job.h"
#include "app/worker/task_thread.h"

#include <atomic>
#include <future>
#include <memory>
#include <new>

namespace igneous {

namespace {

class Worker {
public:
    Worker(WorkerOptions options, Streams& streams);
    bool serve();

private:
    using Result = std::expected<Json, RpcError>;

    void take(std::string_view body);
    void take(RpcRequest const& request);
    void take(RpcNotification const&) { }   // none is known; they have no answer
    void take(RpcResponse const&) { }       // nothing was asked

    // What answers at once, and what goes to a thread.
    void call(RpcId const& id, HelloCall const& hello);
    void call(RpcId const& id, LoadCall const& load);
    void call(RpcId const& id, UnloadCall const&);
    void call(RpcId const& id, PlanCall const& plan);
    void call(RpcId const& id, GenerateCall const& generate);
    void call(RpcId const& id, CancelCall const& cancel);
    void call(RpcId const& id, FreeMemoryCall const&);
    void call(RpcId const& id, InspectCall const& inspect);
    void call(RpcId const& id, ShutdownCall const&);

    void send(RpcMessage const& message) { m_streams.write(frame(write_message(message))); }
    void tell(Note const& note) { send(write_note(note)); }
    bool run(TaskThread& thread, RpcId const& id, std::function<Json()> task);
    void require_model(std::string const& model) const;
    void require_places(GenerateCall const& call) const;
    void require_places(GenerationRequest const& request) const;
    Generator& generator(std::unique_ptr<Generator>& which);
    void beat(std::stop_token stop);

    struct Job {
        std::int64_t number = 0;
        std::stop_source stop;
    };

    WorkerOptions m_options;
    Streams& m_streams;
    AllowedFolders m_models, m_jobs;
    Faults const m_faults = Faults::from_environment();
    HashBook m_hashes { m_options.hash_book };
    bool m_ending = false;                 // of the reading thread only
    std::mutex m_mutex;                    // of what follows
    std::condition_variable_any m_beating;
    std::optional<Job> m_job;              // waiting or running
    // Each of one thread alone. The planner is an engine of its own, so that plans need not wait for a job.
    std::unique_ptr<Generator> m_generator, m_planner;
    std::unique_ptr<TaskThread> m_work, m_answers;
};

Worker::Worker(WorkerOptions options, Streams& streams)
    : m_options(std::move(options))
    , m_streams(streams)
    , m_models(m_options.model_folders)
    , m_jobs(m_options.job_folder.empty() ? std::vector<std::filesystem::path> {} : std::vector { m_options.job_folder })
    , m_work(std::make_unique<TaskThread>())
    , m_answers(std::make_unique<TaskThread>())
{
}

/// What a task's exception is to the one who asked.
RpcError caught()
{
    try {
        throw;
    } catch (Error const& error) {
        return to_rpc(error.code(), error.what());
    } catch (std::bad_alloc const&) {
        return to_rpc(ErrorCode::out_of_memory, "this machine has no memory left for it");
    } catch (std::exception const& error) {
        return to_rpc(ErrorCode::internal, error.what());
    }
}

bool Worker::serve()
{
    std::jthread const heart([this](std::stop_token stop) { beat(std::move(stop)); });
    FrameReader frames;
    std::string piece;
    constexpr std::chrono::milliseconds look_up { 500 };
    while (!m_ending) {
        Streams::Input const input = m_streams.read(piece, look_up);
        if (input == Streams::Input::ended)
            break;
        if (input == Streams::Input::none)
            continue;
        try {
            frames.feed(piece);
            while (auto const body = frames.next())
                take(*body);
        } catch (std::exception const&) {  // the stream is out of step: no message can be found in it any more
            RpcError error = caught();
            error.code = rpc_code::parse_error;
            send(RpcResponse { {}, std::unexpected(std::move(error)) });
            break;
        }
    }
    {
        std::lock_guard const lock(m_mutex);
        if (m_job)
            m_job->stop.request_stop();
    }
    auto const until = std::chrono::steady_clock::now() + m_options.patience;
    auto const left = [&] {
        return std::max(std::chrono::milliseconds(0),
            std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()));
    };
    bool const work_ended = m_work->stop(left()), answers_ended = m_answers->stop(left());
    if (!work_ended)
        static_cast<void>(m_work.release());   // it and all it uses must outlive this function: the process ends
    if (!answers_ended)
        static_cast<void>(m_answers.release());
    return work_ended && answers_ended;
}

void Worker::beat(std::stop_token stop)
{
    std::unique_lock lock(m_mutex);
    while (!m_beating.wait_for(lock, stop, m_options.heartbeat, [&] { return stop.stop_requested(); })) {
        HeartbeatNote const note { m_job ? std::optional(m_job->number) : std::nullopt };
        lock.unlock();
        tell(note);
        lock.lock();
    }
}

void Worker::take(std::string_view body)
{
    auto const message = read_message(body);
    if (!message)
        return send(RpcResponse { message.error().id, std::unexpected(message.error().error) });
    std::visit([this](auto const& m) { take(m); }, *message);
}

void Worker::take(RpcRequest const& request)
{
    if (m_ending)
        return send(RpcResponse { request.id, std::unexpected(RpcError { rpc_code::busy, "the worker is shutting down" }) });
    auto const asked = read_call(request);
    if (!asked)
        return send(RpcResponse { request.id, std::unexpected(asked.error()) });
    try {
        std::visit([&](auto const& c) { call(request.id, c); }, *asked);
    } catch (std::exception const&) {
        send(RpcResponse { request.id, std::unexpected(caught()) });
    }
}

/// False where it was refused.
bool Worker::run(TaskThread& thread, RpcId const& id, std::function<Json()> task)
{
    bool const taken = thread.add([this, id, task = std::move(task)] {
        Result result;
        try {
            result = task();
        } catch (std::exception const&) {
            result = std::unexpected(caught());
        }
        send(RpcResponse { id, std::move(result) });
    });
    if (!taken)
        send(RpcResponse { id, std::unexpected(RpcError { rpc_code::busy, "too many requests wait already" }) });
    return taken;
}

void Worker::require_model(std::string const& model) const
{
    if (!m_models.allow(path_from_utf8(model)))
        fail(ErrorCode::invalid_argument,
            "model: {} is in none of the folders that this worker may read; start it with --model-folder for it", model);
}

void Worker::require_places(GenerationRequest const& request) const
{
    require_model(request.model);
    if (!request.vae.empty())
        require_model(request.vae);
    for (LoraUse const& lora : request.loras)
        if (!lora.file.empty())
            require_model(lora.file);
}

void Worker::require_places(GenerateCall const& generate) const
{
    require_places(generate.request);
    std::filesystem::path const folder = path_from_utf8(generate.folder);
    require(folder.is_absolute(), "folder: {} is no absolute path", generate.folder);
    if (!m_jobs.allow(folder))
        fail(ErrorCode::invalid_argument,
            "folder: {} is not in the folder that this worker may write to; start it with --job-folder for it",
            generate.folder);
}

Generator& Worker::generator(std::unique_ptr<Generator>& which)
{
    if (!which)
        which = m_options.engine.make_generator();
    return *which;
}

void Worker::call(RpcId const& id, HelloCall const& hello)
{
    require(hello.protocol == protocol_version,
        "hello: this worker speaks version {} of the protocol, not {}; use the worker that came with the program",
        protocol_version, hello.protocol);
    run(*m_answers, id, [this] {
        HelloAnswer answer {
            .protocol = m_faults.protocol(), .version = m_options.version, .confinement = m_options.confinement
        };
        m_options.engine.name_devices(answer);
        return write_answer(answer);
    });
}

void Worker::call(RpcId const& id, LoadCall const& load)
{
    require_model(load.model);
    run(*m_work, id, [this, model = load.model] {
        GenerationRequest request;
        request.model = model;
        generator(m_generator).plan(request);   // opens and checks the model; its weights move with the first job
        return Json::object();
    });
}

void Worker::call(RpcId const& id, UnloadCall const&)
{
    run(*m_work, id, [this] {
        if (m_generator)
            m_generator->free_memory();
        return Json::object();
    });
}

void Worker::call(RpcId const& id, PlanCall const& plan)
{
    require_places(plan.request);
    run(*m_answers, id,
        [this, plan] { return write_answer(generator(m_planner).plan(plan.request, plan.safety)); });
}

void Worker::call(RpcId const& id, GenerateCall const& generate)
{
    require_places(generate);
    std::stop_token stop;
    {
        std::lock_guard const lock(m_mutex);
        if (m_job) {
            std::string const message = std::format("job {} is running; one at a time", m_job->number);
            return send(RpcResponse { id, std::unexpected(RpcError { rpc_code::busy, message, "invalid_argument" }) });
        }
        stop = m_job.emplace(generate.job).stop.get_token();
    }
    auto const job = [this, generate, stop] {
        struct Over {                      // before the answer is sent, so that the next job may follow on it
            Worker& worker;
            ~Over()
            {
                std::lock_guard const lock(worker.m_mutex);
                worker.m_job.reset();
            }
        } const over { *this };
        if (stop.stop_requested())
            fail(ErrorCode::cancelled, "cancelled before it began");
        NoteSink const sink = [this](Note const& note) { tell(note); };
        return write_answer(run_job(generate, generator(m_generator), m_hashes, sink, stop, m_faults));
    };
    if (!run(*m_work, id, job)) {
        std::lock_guard const lock(m_mutex);
        m_job.reset();
    }
}

void Worker::call(RpcId const& id, CancelCall const& cancel)
{
    CancelAnswer answer;
    {
        std::lock_guard const lock(m_mutex);
        answer.running = m_job && m_job->number == cancel.job;
        if (answer.running)
            m_job->stop.request_stop();
    }
    send(RpcResponse { id, write_answer(answer) });
}

void Worker::call(RpcId const& id, FreeMemoryCall const&)
{
    auto freed = std::make_shared<std::promise<void>>();
    std::shared_future<void> const planner_freed = freed->get_future();   // ready too where the task is dropped
    m_answers->add([this, freed = std::move(freed)] {
        m_planner.reset();
        freed->set_value();
    });
    run(*m_work, id, [this, planner_freed] {
        m_generator.reset();               // the device too: another program gets all of it
        planner_freed.wait();
        return Json::object();
    });
}

void Worker::call(RpcId const& id, InspectCall const& inspect)
{
    require_model(inspect.model);
    if (!inspect.lora.empty())
        require_model(inspect.lora);
    run(*m_answers, id, [this, inspect] { return m_options.engine.inspect(inspect); });
}

void Worker::call(RpcId const& id, ShutdownCall const&)
{
    m_ending = true;
    send(RpcResponse { id, Json::object() });
}

}

bool serve_worker(WorkerOptions options, Streams& streams)
{
    auto worker = std::make_unique<Worker>(std::move(options), streams);
    if (worker->serve())
        return true;
    static_cast<void>(worker.release());
    return false;
}

}
