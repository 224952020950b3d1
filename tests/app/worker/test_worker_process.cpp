// SPDX-License-Identifier: Apache-2.0
// `igneous worker` as its users have it: the real engine with the starter model, confined.
#include "app/picture/picture.h"
#include "app/protocol/lora_fit.h"
#include "tests/app/process.h"
#include "tests/app/worker/peer.h"

#include <catch2/catch_test_macros.hpp>

#include <csignal>
#include <thread>

using namespace igneous;
using namespace igneous::test;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

std::string const starter = IGNEOUS_SOURCE_DIR "/resources/starter";

GenerateCall small_job(TemporaryFolder const& folder, std::int64_t number, int steps = 2)
{
    GenerateCall call { .job = number, .folder = folder.path().string() };
    call.request.model = starter;
    call.request.prompt = "a red house";
    call.request.seed = 5;
    call.request.width = call.request.height = 64;
    call.request.sampling.sampler = "euler";
    call.request.sampling.steps = steps;
    return call;
}

void skip_without_device(Peer& worker)
{
    if (read_hello_answer(*worker.call(HelloCall {}).result).device.empty())
        SKIP("there is no Vulkan device");
}

bool is_step(Note const& note, int step)
{
    auto const* progress = std::get_if<ProgressNote>(&note);
    return progress && progress->step == step;
}

std::string error_of(RpcResponse const& answer) { return answer.result ? "" : answer.result.error().name; }

}

TEST_CASE("worker process: the same bytes as the command, confined or not", "[worker]")
{
    TemporaryFolder const folder;
    ProcessResult const command = run_igneous({ "generate", "--model", starter, "--prompt", "a red house", "--seed", "5",
        "--width", "64", "--height", "64", "--sampler", "euler", "--steps", "2", "--cfg", "7", "--out", (folder / "expected.png").string() });
    if (command.exit_code == 4)
        SKIP("there is no Vulkan device");
    REQUIRE(command.exit_code == 0);
    std::string const expected = read_text(folder / "expected.png");
    for (std::string const confine : { "on", "off" }) {
        WorkerProcess worker({ "--confine", confine, "--model-folder", starter, "--job-folder", folder.path().string() });
        for (int i = 0; i < 2; ++i) {
            std::filesystem::remove(folder / "picture-0.png");
            RpcResponse const answer = worker->call(small_job(folder, i));
            REQUIRE(answer.result);
            CHECK(read_text(folder / "picture-0.png") == expected);
        }
        worker->close_input();
        CHECK(worker->ended());
        CHECK(worker.wait() == 0);
    }
}

TEST_CASE("worker process: cancelled during a step, and ready again", "[worker]")
{
    TemporaryFolder const folder;
    WorkerProcess worker({ "--job-folder", folder.path().string() });
    skip_without_device(*worker);
    REQUIRE(worker->call(small_job(folder, 1)).result);
    worker->forget_notes();
    auto const job = worker->send(small_job(folder, 2, 1000));
    worker->wait_for([](Note const& note) { return is_step(note, 2); });
    auto const begun = Clock::now();
    CHECK(read_cancel_answer(*worker->call(CancelCall { 2 }).result).running);
    CHECK(Clock::now() - begun < 250ms);
    CHECK(error_of(worker->answer(job)) == "cancelled");
    CHECK(Clock::now() - begun < 2s);              // a step of a slow CPU device may be running out
    CHECK(worker->call(small_job(folder, 3)).result);
}

TEST_CASE("worker process: says how it is held in, and may not read elsewhere", "[worker]")
{
    TemporaryFolder const folder, elsewhere;
    WorkerProcess worker({ "--job-folder", folder.path().string() });
    ConfinementReport const held = read_hello_answer(*worker->call(HelloCall {}).result).confinement;
    std::string const status = read_text("/proc/" + std::to_string(worker.id()) + "/status");
    CHECK((status.find("\nSeccomp:\t2") != std::string::npos) == held.calls.starts_with("seccomp"));
    CHECK(status.find("\nNoNewPrivs:\t1") != std::string::npos);
    CHECK(error_of(worker->call(InspectCall { elsewhere.path().string() })) == "invalid_argument");
    CHECK(worker->call(InspectCall { starter }).result);
    GenerateCall call = small_job(elsewhere, 1);
    CHECK(error_of(worker->call(call)) == "invalid_argument");
    if (held.files.starts_with("landlock")) {      // a link in the job's folder that leads out of it
        write_text(elsewhere / "secret.pam", "P7\nWIDTH 1\nHEIGHT 1\nDEPTH 3\nMAXVAL 255\nENDHDR\nabc");
        std::filesystem::create_symlink(elsewhere / "secret.pam", folder / "init.pam");
        call = small_job(folder, 1);
        call.request.init = InitImage {};
        call.init_image = "init.pam";
        RpcResponse const answer = worker->call(call);
        CHECK(error_of(answer) == "file_missing");
    }
}

TEST_CASE("worker process: tells how a LoRA goes with a model", "[worker]")
{
    std::string const neon = IGNEOUS_SOURCE_DIR "/resources/starter-lora/neon.safetensors";
    TemporaryFolder const folder;
    WorkerProcess worker({ "--model-folder", starter, "--model-folder", folder.path().string(), "--job-folder",
        folder.path().string() });
    CHECK(error_of(worker->call(InspectCall { starter, neon })) == "invalid_argument");      // not among its folders
    std::filesystem::copy_file(neon, folder / "neon.safetensors");
    RpcResponse const answer = worker->call(InspectCall { starter, (folder / "neon.safetensors").string() });
    REQUIRE(answer.result);
    CHECK(read_lora_fit(*answer.result) == LoraFit { .keys = 318, .matched = 318 });
    CHECK(error_of(worker->call(InspectCall { starter, (folder / "no.safetensors").string() })) == "file_missing");
}

TEST_CASE("worker process: a lost device is an error, and the next job is fine", "[worker]")
{
    TemporaryFolder const folder;
    WorkerProcess worker({ "--job-folder", folder.path().string() },
        { "IGNEOUS_WORKER_FAULT=device_lost@step2", "IGNEOUS_WORKER_FAULT_ONCE=" + (folder / "once").string() });
    skip_without_device(*worker);
    CHECK(error_of(worker->call(small_job(folder, 1))) == "device_lost");
    CHECK(worker->call(small_job(folder, 1)).result);
    CHECK(folder.names() == std::vector<std::string> { "once", "picture-0.png" });
}

TEST_CASE("worker process: ends when its user is gone, stuck or not", "[worker]")
{
    TemporaryFolder const folder;
    {
        WorkerProcess worker({ "--job-folder", folder.path().string() });
        worker->send_bytes("Content-Length: 50\r\n\r\n{");
        worker->close_input();
        CHECK(worker->ended());
        CHECK(worker.wait() == 0);
    }
    WorkerProcess worker({ "--job-folder", folder.path().string() }, { "IGNEOUS_WORKER_FAULT=stuck@step1" });
    skip_without_device(*worker);
    worker->send(small_job(folder, 1));
    worker->wait_for([](Note const& note) { return is_step(note, 1); });
    worker->forget_notes();
    worker->wait_for([](Note const& note) { return std::holds_alternative<HeartbeatNote>(note); });
    worker->close_output();
    CHECK(worker.wait() == 1);
}

TEST_CASE("worker process: prints nothing but the protocol; wrong options are told before", "[worker]")
{
    ProcessResult const garbage = run_igneous({ "worker" }, { .input = "nonsense\r\n\r\n" });
    CHECK(garbage.exit_code == 0);
    CHECK(garbage.out.starts_with("Content-Length: "));
    WorkerProcess worker({});
    REQUIRE(worker->call(HelloCall {}).result);
    ::kill(worker.id(), SIGINT);                   // meant for who started it
    CHECK(worker->call(HelloCall {}).result);
    ::kill(worker.id(), SIGTERM);
    CHECK(worker.wait() == -SIGTERM);
    CHECK(run_igneous({ "worker", "--confine", "maybe" }).exit_code == 2);
    CHECK(run_igneous({ "worker", "--job-folder", "/not/there" }).exit_code == 2);
}
