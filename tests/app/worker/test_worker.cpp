// SPDX-License-Identifier: Apache-2.0
// The worker with a scripted engine in this process: what it answers, whatever it is sent.
#include "app/files/file.h"
#include "app/picture/picture.h"
#include "app/protocol/pixels.h"
#include "app/worker/worker.h"
#include "tests/app/process.h"
#include "tests/app/worker/peer.h"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <fstream>
#include <thread>
#include <unistd.h>

using namespace igneous;
using namespace igneous::test;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

struct Script {
    std::chrono::milliseconds step_time { 0 };
    int previews_a_step = 0;
    std::atomic<int> alive = 0, made = 0, freed = 0;
    std::atomic<bool> block = false;       // a step that does not hear the stop token
};

class ScriptedGenerator final : public Generator {
public:
    explicit ScriptedGenerator(std::shared_ptr<Script> script)
        : m_script(std::move(script))
    {
        ++m_script->alive;
        ++m_script->made;
    }
    ~ScriptedGenerator() override { --m_script->alive; }

    MemoryReport generate(GenerationRequest const& request, EventSink const& events, std::stop_token stop,
        GenerationExtras const& extras) override
    {
        events(PhaseStarted { "load" });
        if (request.prompt == "throw")
            throw std::runtime_error("a surprise");
        if (request.prompt == "no memory")
            throw std::bad_alloc();
        events(PhaseStarted { "denoise" });
        int const steps = request.sampling.steps;
        for (int step = 1; step <= steps; ++step) {
            while (m_script->block)
                std::this_thread::sleep_for(1ms);
            for (auto const until = Clock::now() + m_script->step_time; Clock::now() < until;)
                std::this_thread::sleep_for(1ms);
            if (stop.stop_requested())
                fail(ErrorCode::cancelled, "cancelled");
            events(StepDone { step, steps, 0.5 });
            for (int i = 0; i < m_script->previews_a_step; ++i)
                events(PreviewReady { step, steps, 0, Image(4, 4, 3) });
        }
        for (int i = 0; i < request.batch; ++i) {
            Image image(16, 8, 3);
            if (request.init)
                image = request.init->image;
            events(ImageReady { i, image, request.seed + static_cast<std::uint64_t>(i) });
        }
        return { 100, extras.safety.frugal ? 50u : 99u };
    }
    GenerationPlan plan(GenerationRequest const& request, SafetyMeasures const&) override
    {
        if (request.model.ends_with("damaged"))
            fail(ErrorCode::file_damaged, "model: it is damaged");
        return { .total_bytes = request.init ? static_cast<std::uint64_t>(request.init->image.width) : 1, .steps = 3 };
    }
    void free_memory() override { ++m_script->freed; }

private:
    std::shared_ptr<Script> m_script;
};

/// A worker on a thread, and its other end.
class Service {
public:
    TemporaryFolder folder;
    std::shared_ptr<Script> script = std::make_shared<Script>();
    std::unique_ptr<Peer> peer;

    explicit Service(WorkerOptions options = {})
    {
        int to[2], from[2];
        REQUIRE(pipe(to) == 0);
        REQUIRE(pipe(from) == 0);
        peer = std::make_unique<Peer>(from[0], to[1]);
        options.version = "test 1";
        options.heartbeat = 20ms;
        options.engine = { [s = script] { return std::make_unique<ScriptedGenerator>(s); },
            [](HelloAnswer& answer) { answer.device = "none"; }, [](InspectCall const& call) { return Json { { "path", call.model }, { "lora", call.lora } }; } };
        m_thread = std::jthread([this, options, in = to[0], out = from[1]] {
            Streams streams(in, out);
            m_ended_well = serve_worker(options, streams);
            close(in);
            close(out);
        });
    }
    ~Service() { peer->close_input(); }

    Peer* operator->() { return peer.get(); }
    GenerateCall job(std::int64_t number, int steps = 3)
    {
        GenerateCall call { .job = number, .folder = folder.path().string() };
        call.request.model = "/models/one";
        call.request.prompt = "a lake";
        call.request.seed = 7;
        call.request.sampling.steps = steps;
        return call;
    }
    bool ended_well()
    {
        m_thread.join();
        return m_ended_well;
    }

private:
    std::atomic<bool> m_ended_well = false;
    std::jthread m_thread;
};

bool is_step(Note const& note)
{
    auto const* progress = std::get_if<ProgressNote>(&note);
    return progress && progress->step > 0;
}

std::string error_of(RpcResponse const& answer) { return answer.result ? "" : answer.result.error().name; }
int code_of_answer(RpcResponse const& answer) { return answer.result ? 0 : answer.result.error().code; }

}

TEST_CASE("worker: says hello, inspects, plans", "[worker]")
{
    Service worker;
    HelloAnswer const hello = read_hello_answer(*worker->call(HelloCall {}).result);
    CHECK(hello.protocol == protocol_version);
    CHECK(hello.version == "test 1");
    CHECK(hello.confinement.files.starts_with("no"));
    CHECK(error_of(worker->call(HelloCall { protocol_version + 1 })) == "invalid_argument");
    CHECK(*worker->call(InspectCall { "/m" }).result == Json { { "path", "/m" }, { "lora", "" } });
    CHECK(*worker->call(InspectCall { "/m", "/l" }).result == Json { { "path", "/m" }, { "lora", "/l" } });
    PlanCall plan;
    plan.request.init = InitImage { .image = Image(40, 8, 3) };
    CHECK(read_plan_answer(*worker->call(plan).result).total_bytes == 40);
    plan.request.model = "/damaged";
    CHECK(error_of(worker->call(plan)) == "file_damaged");
    CHECK(worker->call(LoadCall { "/m" }).result);
    CHECK(worker->call(UnloadCall {}).result);
    CHECK(worker.script->freed == 1);
    CHECK(worker->call(FreeMemoryCall {}).result);
    CHECK(worker.script->alive == 0);
}

TEST_CASE("worker: writes pictures with their recipes, tells of each", "[worker]")
{
    Service worker;
    GenerateCall call = worker.job(5);
    call.request.batch = 2;
    call.safety = { .frugal = true, .f32 = true };
    GenerateAnswer const answer = read_generate_answer(*worker->call(call).result);
    REQUIRE(answer.pictures.size() == 2);
    CHECK(answer.pictures[1] == FinishedPicture { 1, 8, "picture-1.png", 16, 8 });
    CHECK(answer.memory_peak == 50);
    CHECK(worker.folder.names() == std::vector<std::string> { "picture-0.png", "picture-1.png" });
    auto const texts = read_picture_texts(worker.folder / "picture-1.png");
    REQUIRE(texts.size() >= 2);
    CHECK(texts[0].value.find("Seed: 8") != std::string::npos);
    auto const json = std::ranges::find(texts, "igneous", &PictureText::key);
    REQUIRE(json != texts.end());
    CHECK(request_from_json(json->value).tier == Tier::f32);   // how it was made in the end

    std::vector<int> steps, pictures;
    for (Note const& note : worker->notes()) {
        if (is_step(note))
            steps.push_back(std::get<ProgressNote>(note).step);
        if (auto const* picture = std::get_if<PictureNote>(&note))
            pictures.push_back(picture->picture.index);
    }
    CHECK(steps == std::vector { 1, 2, 3 });
    CHECK(pictures == std::vector { 0, 1 });
    CHECK(worker->call(worker.job(5)).result);     // again, over the same names
    CHECK(worker.script->made == 1);
}

TEST_CASE("worker: starts from pictures in the job's folder", "[worker]")
{
    Service worker;
    Image image(8, 8, 3), mask(4, 4, 1);
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        image.pixels[i] = static_cast<std::uint8_t>(i);
    for (auto const& [name, picture] : { std::pair { "init.pam", &image }, { "mask.pam", &mask } }) {
        auto const bytes = encode_pam(*picture);
        write_text(worker.folder / name, { reinterpret_cast<char const*>(bytes.data()), bytes.size() });
    }
    GenerateCall call = worker.job(1);
    call.request.init = InitImage {};
    call.init_image = "init.pam";
    call.mask = "mask.pam";
    REQUIRE(worker->call(call).result);
    CHECK(read_picture(worker.folder / "picture-0.png") == image);

    call.init_image = "";
    CHECK(error_of(worker->call(call)) == "invalid_argument");
    call.init_image = "../init.pam";
    CHECK(error_of(worker->call(call)) == "invalid_argument");
    call.init_image = "missing.png";
    CHECK(error_of(worker->call(call)) == "file_missing");
    write_text(worker.folder / "bad.pam", "P7\nWIDTH 5");
    call.init_image = "bad.pam";
    CHECK(error_of(worker->call(call)) == "file_damaged");
    call = worker.job(1);
    call.mask = "mask.pam";
    CHECK(error_of(worker->call(call)) == "invalid_argument");
    call = worker.job(1);
    call.folder = (worker.folder / "missing").string();
    CHECK(error_of(worker->call(call)) == "invalid_argument");
    call.folder = "relative";
    CHECK(error_of(worker->call(call)) == "invalid_argument");
}

TEST_CASE("worker: one job at a time, cancelled while a step runs", "[worker]")
{
    Service worker;
    worker.script->step_time = 50ms;
    auto const first = worker->send(worker.job(1, 1000));
    worker->wait_for(is_step);
    RpcResponse const second = worker->call(worker.job(2));
    CHECK(code_of_answer(second) == rpc_code::busy);
    CHECK(second.result.error().message.find("job 1 is running") != std::string::npos);
    CHECK(worker->call(PlanCall {}).result);       // does not wait for the job
    CHECK_FALSE(read_cancel_answer(*worker->call(CancelCall { 2 }).result).running);
    worker->forget_notes();
    worker->wait_for([](Note const& note) { auto const* beat = std::get_if<HeartbeatNote>(&note); return beat && beat->job == 1; });

    auto const begun = Clock::now();
    CHECK(read_cancel_answer(*worker->call(CancelCall { 1 }).result).running);
    CHECK(Clock::now() - begun < 250ms);
    CHECK(error_of(worker->answer(first, 250ms)) == "cancelled");
    worker.script->step_time = 0ms;
    CHECK(worker->call(worker.job(2)).result);
    CHECK_FALSE(read_cancel_answer(*worker->call(CancelCall { 2 }).result).running);
}

TEST_CASE("worker: previews are files and never more than were asked for", "[worker]")
{
    Service worker;
    worker.script->previews_a_step = 20;
    worker.script->step_time = 10ms;
    GenerateCall call = worker.job(1, 60);
    CHECK(worker->call(call).result);              // none were asked for
    CHECK(std::ranges::none_of(worker->notes(), [](Note const& n) { return std::holds_alternative<PreviewNote>(n); }));
    call.previews_per_second = 5;
    auto const begun = Clock::now();
    auto const id = worker->send(call);
    worker->wait_for([&](Note const& note) {
        auto const* preview = std::get_if<PreviewNote>(&note);
        return preview && decode_pam(read_file(worker.folder / preview->file, 1000), "preview").width == 4;
    });
    CHECK(worker->answer(id).result);
    std::chrono::duration<double> const spent = Clock::now() - begun;
    auto const count = std::ranges::count_if(worker->notes(), [](Note const& n) { return std::holds_alternative<PreviewNote>(n); });
    CHECK(count >= 2);
    CHECK(static_cast<double>(count) <= spent.count() * 5 + 1);
    CHECK(worker.folder.names() == std::vector<std::string> { "picture-0.png" });
}

TEST_CASE("worker: an engine that throws anything leaves a worker that works", "[worker]")
{
    Service worker;
    GenerateCall call = worker.job(1);
    call.request.prompt = "throw";
    RpcResponse const surprise = worker->call(call);
    CHECK(error_of(surprise) == "internal");
    CHECK(surprise.result.error().message == "a surprise");
    call.request.prompt = "no memory";
    CHECK(error_of(worker->call(call)) == "out_of_memory");
    CHECK(worker->call(worker.job(2)).result);
}

TEST_CASE("worker: only the folders it was started for", "[worker]")
{
    TemporaryFolder const jobs;
    Service worker({ .model_folders = { "/models" }, .job_folder = jobs.path() });
    GenerateCall call = worker.job(1);
    CHECK(error_of(worker->call(call)) == "invalid_argument");   // the job's folder
    call.folder = jobs.path().string();
    CHECK(worker->call(call).result);
    call.request.model = "/models/../etc";
    CHECK(error_of(worker->call(call)) == "invalid_argument");
    CHECK(error_of(worker->call(PlanCall { call.request })) == "invalid_argument");
    CHECK(error_of(worker->call(InspectCall { "/etc" })) == "invalid_argument");
    CHECK(error_of(worker->call(InspectCall { "/models/one", "/etc/x.safetensors" })) == "invalid_argument");
    CHECK(error_of(worker->call(LoadCall { "/etc" })) == "invalid_argument");
    call.request.model = "/models/one";
    call.request.loras = { { "x", "/etc/x.safetensors", "", 1 } };
    CHECK(error_of(worker->call(call)) == "invalid_argument");
    call.request.loras.clear();
    call.request.vae = "/etc/vae.safetensors";
    CHECK(error_of(worker->call(call)) == "invalid_argument");
    CHECK(error_of(worker->call(PlanCall { call.request })) == "invalid_argument");
    call.request.vae = "/models/vae.safetensors";
    CHECK(worker->call(call).result);
}

TEST_CASE("worker: answers broken messages and goes on; a broken stream ends it", "[worker]")
{
    Service worker;
    worker->send_bytes(frame("{"));
    CHECK(code_of_answer(worker->any_answer()) == rpc_code::parse_error);
    worker->send_bytes(frame("[]") + frame("7"));
    CHECK(code_of_answer(worker->any_answer()) == rpc_code::invalid_request);
    CHECK(code_of_answer(worker->any_answer()) == rpc_code::invalid_request);
    CHECK(code_of_answer(worker->answer(worker->send(RpcRequest { {}, "nonsense" }))) == rpc_code::method_not_found);
    CHECK(code_of_answer(worker->answer(worker->send(RpcRequest { {}, "cancel" }))) == rpc_code::invalid_params);
    worker->send_bytes(frame(write_message(RpcNotification { "cancel", { { "job", 1 } } })));   // has no answer
    worker->send_bytes(frame(write_message(RpcResponse { 99 })));
    CHECK(worker->call(HelloCall {}).result);
    worker->send_bytes("GET / HTTP/1.1\r\n\r\n");
    CHECK(code_of_answer(worker->any_answer()) == rpc_code::parse_error);
    CHECK(worker->ended());
    CHECK(worker.ended_well());
}

TEST_CASE("worker: ends with its input, its output, or by request", "[worker]")
{
    SECTION("input closed between messages")
    {
        Service worker;
        CHECK(worker->call(HelloCall {}).result);
        worker->close_input();
        CHECK(worker->ended());
        CHECK(worker.ended_well());
    }
    SECTION("input closed within a message")
    {
        Service worker;
        worker->send_bytes("Content-Length: 100\r\n\r\n{\"jsonrpc\"");
        worker->close_input();
        CHECK(worker->ended());
        CHECK(worker.ended_well());
    }
    SECTION("input closed while a job runs")
    {
        Service worker;
        worker.script->step_time = 20ms;
        worker->send(worker.job(1, 100000));
        worker->wait_for(is_step);
        worker->close_input();
        CHECK(worker->ended());
        CHECK(worker.ended_well());
        CHECK(worker.script->alive == 0);
    }
    SECTION("output closed while a job runs")
    {
        Service worker;
        worker.script->step_time = 20ms;
        worker->send(worker.job(1, 100000));
        worker->wait_for(is_step);
        worker->close_output();
        CHECK(worker.ended_well());
    }
    SECTION("shutdown, and nothing after it")
    {
        Service worker;
        CHECK(worker->call(ShutdownCall {}).result);
        CHECK(worker->ended());
        CHECK(worker.ended_well());
    }
    SECTION("a job that hears no stop is not waited for")
    {
        Service worker({ .patience = 50ms });
        worker.script->block = true;
        worker->send(worker.job(1, 5));
        worker->wait_for([](Note const& n) { auto const* p = std::get_if<ProgressNote>(&n); return p && p->phase == "denoise"; });
        worker->close_input();
        CHECK_FALSE(worker.ended_well());
        std::this_thread::sleep_for(1ms);
    }
}
