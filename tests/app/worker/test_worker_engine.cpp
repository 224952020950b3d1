// SPDX-License-Identifier: Apache-2.0
// The queue's engine over a real worker: jobs, previews, plans, and what happens when the worker dies, hangs, lies or is
// another program.
#include "app/jobs/worker_engine.h"
#include "app/picture/picture.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <format>
#include <random>

using namespace igneous;
using namespace igneous::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

std::string const starter = IGNEOUS_SOURCE_DIR "/resources/starter";

QCoreApplication& application()
{
    static int count = 1;
    static char name[] = "test_worker_engine";
    static char* arguments[] = { name, nullptr };
    static QCoreApplication app(count, arguments);
    return app;
}

/// An engine with everything that it says.
struct Fixture {
    TemporaryFolder folder;
    std::vector<std::string> said;         // "step 1", "picture 0", "finished", "failed cancelled died"...
    std::vector<EngineFailure> failures;
    std::vector<EnginePicture> pictures;
    std::vector<GenerationPlan> plans;
    std::vector<std::string> states;
    std::unique_ptr<WorkerEngine> engine;

    explicit Fixture(std::string const& fault = "", std::function<void(WorkerEngineOptions&)> const& change = {})
    {
        application();
        WorkerEngineOptions options { .program = igneous_program(), .first_pause = 50ms };
        if (!fault.empty()) {
            options.environment.insert(QStringLiteral("IGNEOUS_WORKER_FAULT"), QString::fromStdString(fault));
            options.environment.insert(
                QStringLiteral("IGNEOUS_WORKER_FAULT_ONCE"), QString::fromStdString((folder / "once").string()));
        }
        if (change)
            change(options);
        engine = std::make_unique<WorkerEngine>(options);
        auto const say = [this](std::string words) { said.push_back(std::move(words)); };
        QObject::connect(engine.get(), &Engine::phase_started, [=](qint64, QString const& phase) { say("phase " + phase.toStdString()); });
        QObject::connect(engine.get(), &Engine::step_done, [=](qint64, int step, int, double) { say("step " + std::to_string(step)); });
        QObject::connect(engine.get(), &Engine::preview_ready, [=](qint64, Image const& image, int) { say("preview " + std::to_string(image.channels)); });
        QObject::connect(engine.get(), &Engine::finished, [=](qint64 job) { say("finished " + std::to_string(job)); });
        QObject::connect(engine.get(), &Engine::picture_ready, [this, say](qint64, EnginePicture const& picture) {
            pictures.push_back(picture);
            say("picture " + std::to_string(picture.index));
        });
        QObject::connect(engine.get(), &Engine::failed, [this, say](qint64 job, EngineFailure const& failure) {
            failures.push_back(failure);
            say("failed " + std::to_string(job) + " " + std::string(error_name(failure.code)) + (failure.engine_died ? " died" : ""));
        });
        QObject::connect(engine.get(), &Engine::planned, [this, say](qint64 ticket, GenerationPlan const& plan) {
            plans.push_back(plan);
            say("planned " + std::to_string(ticket));
        });
        QObject::connect(engine.get(), &Engine::plan_failed, [say](qint64 ticket, EngineFailure const& failure) {
            say("plan failed " + std::to_string(ticket) + " " + std::string(error_name(failure.code)));
        });
        QObject::connect(engine.get(), &Engine::lora_matched, [say](qint64 ticket, LoraFit const& fit) {
            say(std::format("lora {}: {} of {}", ticket, fit.matched, fit.keys));
        });
        QObject::connect(engine.get(), &Engine::lora_match_failed, [say](qint64 ticket, EngineFailure const& failure) {
            say(std::format("lora {}: {}", ticket, error_name(failure.code)));
        });
        QObject::connect(engine.get(), &Engine::state_changed, [this](QString const& state, QString const&) { states.push_back(state.toStdString()); });
    }

    GenerationRequest request(int steps = 2)
    {
        GenerationRequest request;
        request.model = starter;
        request.prompt = "a red house";
        request.seed = 5;
        request.width = request.height = 64;
        request.sampling.sampler = "euler";
        request.sampling.steps = steps;
        return request;
    }
    fs::path job_folder(int job)
    {
        fs::path const path = folder / std::to_string(job);
        fs::create_directory(path);
        return path;
    }
    void generate(int job, int steps = 2) { engine->generate(job, request(steps), {}, job_folder(job)); }
    bool has(std::string const& words) const { return std::ranges::find(said, words) != said.end(); }
    /// Lets events happen until it is said; skips where the machine has no device.
    bool wait(std::string const& words, std::chrono::milliseconds limit = 60s)
    {
        QElapsedTimer time;
        time.start();
        while (!has(words) && time.elapsed() < limit.count()) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 20);
            if (!failures.empty() && failures.back().code == ErrorCode::no_device)
                SKIP("there is no Vulkan device");
        }
        return has(words);
    }
    /// A whole job that goes well.
    void check_works(int job)
    {
        generate(job);
        CHECK(wait("finished " + std::to_string(job)));
        CHECK(fs::exists(job_folder(job) / "picture-0.png"));
    }
};

}

TEST_CASE("worker engine: a job from the beginning to its pictures, then another", "[jobs][worker]")
{
    Fixture f("", [](WorkerEngineOptions& options) { options.previews_per_second = 5; });
    GenerationRequest request = f.request(3);
    request.batch = 2;
    f.engine->generate(1, request, {}, f.job_folder(1));
    f.engine->plan(9, request, {});
    REQUIRE(f.wait("finished 1"));
    CHECK(f.wait("planned 9"));
    CHECK(f.plans.back().total_bytes > 1'000'000);
    CHECK(f.has("phase denoise"));
    CHECK(f.has("step 3"));
    CHECK(f.has("preview 3"));
    REQUIRE(f.pictures.size() == 2);
    CHECK(f.pictures[1].index == 1);
    CHECK(f.pictures[1].seed == 6);
    CHECK(f.pictures[1].width == 64);
    CHECK(read_picture(f.pictures[1].file).height == 64);
    CHECK(f.states == std::vector<std::string> { "starting", "ready" });
    REQUIRE(f.engine->confinement());
    auto const process = f.engine->process_id();
    f.engine->free_memory();
    f.check_works(2);
    CHECK(f.engine->process_id() == process);
}

TEST_CASE("worker engine: tells how a LoRA goes with a model, also while a job runs", "[jobs][worker]")
{
    fs::path const loras = IGNEOUS_SOURCE_DIR "/resources/starter-lora";
    Fixture f("", [&](WorkerEngineOptions& options) { options.model_folders = { loras }; });
    f.generate(1, 1000);
    REQUIRE(f.wait("step 1"));
    f.engine->match_lora(1, starter, (loras / "neon.safetensors").string());
    f.engine->match_lora(2, starter, (loras / "no.safetensors").string());
    f.engine->match_lora(3, loras.string(), (loras / "neon.safetensors").string());
    CHECK(f.wait("lora 1: 318 of 318", 10s));
    CHECK(f.wait("lora 2: file_missing", 10s));
    CHECK(f.wait("lora 3: unsupported_model", 10s));
    CHECK_FALSE(f.has("finished 1"));
    f.engine->cancel(1);
    CHECK(f.wait("failed 1 cancelled"));
}

TEST_CASE("worker engine: starts from a picture, and leaves only pictures behind", "[jobs][worker]")
{
    Fixture f;
    GenerationRequest request = f.request();
    request.init = InitImage { .image = Image(64, 64, 3), .strength = 0.5 };
    request.init->mask = Image(64, 64, 1);         // nothing may change
    for (std::size_t i = 0; i < request.init->image.pixels.size(); ++i)
        request.init->image.pixels[i] = static_cast<std::uint8_t>(i * 7);
    f.engine->plan(1, request, {});
    f.engine->generate(1, request, {}, f.job_folder(1));
    REQUIRE(f.wait("finished 1"));
    CHECK(f.has("planned 1"));
    CHECK(read_picture(f.pictures[0].file) == request.init->image);
    std::vector<std::string> names;
    for (auto const& entry : fs::directory_iterator(f.job_folder(1)))
        names.push_back(entry.path().filename().string());
    CHECK(names == std::vector<std::string> { "picture-0.png" });
}

TEST_CASE("worker engine: what cannot work is said, and by whom it is known", "[jobs][worker]")
{
    Fixture f;
    GenerationRequest request = f.request();
    request.sampling.sampler = "no such";
    f.engine->generate(1, request, {}, f.job_folder(1));
    REQUIRE(f.wait("failed 1 invalid_argument"));
    request = f.request();
    request.model = (f.folder / "deleted").string();
    f.engine->generate(2, request, {}, f.job_folder(2));
    f.engine->plan(3, request, {});
    CHECK(f.wait("failed 2 file_missing"));
    CHECK(f.wait("plan failed 3 file_missing"));
    fs::create_directory(request.model);           // there now, and no model: the worker is started anew to look at it
    f.engine->plan(4, request, {});
    CHECK(f.wait("plan failed 4 unsupported_model"));
    f.check_works(5);
}

TEST_CASE("worker engine: cancelled within 250 ms, also by a worker that hangs", "[jobs][worker]")
{
    for (std::string const fault : { "", "hang@step2", "stuck@step2" }) {
        Fixture f(fault, [](WorkerEngineOptions& options) { options.cancel_grace = 300ms; });
        f.generate(1, fault.empty() ? 1000 : 3);
        REQUIRE(f.wait("step 2"));
        auto const process = f.engine->process_id();
        QElapsedTimer time;
        time.start();
        f.engine->cancel(7);                       // another one's
        f.engine->cancel(1);
        CHECK(f.wait("failed 1 cancelled", 250ms));
        CHECK(time.elapsed() < 250);
        if (fault != "stuck@step2") {
            f.check_works(2);
            CHECK((f.engine->process_id() == process) == fault.empty());
        }
        CHECK(f.failures.size() == 1);
    }
    Fixture f;
    f.generate(1);
    f.engine->cancel(1);                           // before there is a worker
    CHECK(f.wait("failed 1 cancelled", 250ms));
    f.check_works(2);
    CHECK_FALSE(f.has("finished 1"));
}

TEST_CASE("worker engine: a worker that dies fails its job; the next one gets another", "[jobs][worker]")
{
    SECTION("killed")
    {
        Fixture f;
        f.generate(1, 1000);
        REQUIRE(f.wait("step 1"));
        ::kill(static_cast<pid_t>(f.engine->process_id()), SIGKILL);
        REQUIRE(f.wait("failed 1 internal died"));
        CHECK(f.engine->process_id() == 0);
        f.check_works(2);
        CHECK(std::ranges::find(f.states, "restarting in 0.05 s") != f.states.end());
    }
    SECTION("crashed")
    {
        Fixture f("crash@step1");
        f.generate(1);
        REQUIRE(f.wait("failed 1 internal died"));
        f.check_works(2);
    }
    SECTION("hung")
    {
        Fixture f("hang@step1", [](WorkerEngineOptions& options) { options.silence_limit = 2500ms; });
        f.generate(1);
        REQUIRE(f.wait("failed 1 internal died"));
        CHECK(f.failures.back().message.contains(QStringLiteral("no sign of life")));
        f.check_works(2);
    }
}

TEST_CASE("worker engine: killed at any moment, nothing half is left and the next job is whole", "[jobs][worker]")
{
    char const* repeat = std::getenv("IGNEOUS_TEST_REPEAT");
    int const kills = 4 * (repeat ? std::max(1, std::atoi(repeat)) : 1);
    std::mt19937 random(7);
    Fixture f("", [](WorkerEngineOptions& options) {
        options.first_pause = options.longest_pause = 1ms;
        options.previews_per_second = 5;
    });
    f.check_works(1);
    std::string const expected = read_text(f.job_folder(1) / "picture-0.png");
    for (int kill = 0; kill < kills; ++kill) {
        int const job = 10 + kill;
        f.said.clear();
        f.failures.clear();
        GenerationRequest request = f.request();
        request.batch = 2;
        f.engine->generate(job, request, {}, f.job_folder(job));
        std::string const done = "finished " + std::to_string(job), died = "failed " + std::to_string(job) + " internal died";
        QElapsedTimer time;
        time.start();
        for (int const moment = static_cast<int>(random() % 1500); time.elapsed() < moment && !f.has(done);)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 5);
        auto const process = static_cast<pid_t>(f.engine->process_id());
        if (process > 0)
            ::kill(process, SIGKILL);
        QElapsedTimer waited;
        waited.start();
        // A job that was done before the kill tells nothing of it: the next must not go to the dead process.
        auto const unseen = [&] { return process > 0 && f.engine->process_id() == process; };
        while ((unseen() || (!f.has(done) && !f.has(died))) && waited.elapsed() < 20000)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 20);
        CHECK(f.has(done) + f.has(died) == 1);
        for (auto const& entry : fs::directory_iterator(f.job_folder(job))) {
            CHECK(entry.path().filename().string().starts_with("picture-"));
            CHECK(read_picture(entry.path()).width == 64);
        }
    }
    f.check_works(2);
    CHECK(read_text(f.job_folder(2) / "picture-0.png") == expected);
}

TEST_CASE("worker engine: errors of the engine are the job's, and the worker stays", "[jobs][worker]")
{
    for (auto const& [fault, said] : { std::pair { "device_lost@step1", "failed 1 device_lost" },
             { "out_of_memory@load", "failed 1 out_of_memory" }, { "nan@step2", "failed 1 numeric" } }) {
        Fixture f(fault);
        f.generate(1);
        REQUIRE(f.wait(said));
        auto const process = f.engine->process_id();
        f.engine->generate(2, f.request(), { .frugal = true, .f32 = true }, f.job_folder(2));
        CHECK(f.wait("finished 2"));
        CHECK(f.engine->process_id() == process);
    }
}

TEST_CASE("worker engine: more folders, another worker, no job lost", "[jobs][worker]")
{
    TemporaryFolder const elsewhere;
    fs::copy(starter, elsewhere / "model", fs::copy_options::recursive);
    Fixture f;
    f.check_works(1);
    auto const process = f.engine->process_id();
    GenerationRequest request = f.request();
    request.model = (elsewhere / "model").string();
    fs::create_directory(elsewhere / "job");
    f.engine->generate(2, request, {}, elsewhere / "job");
    REQUIRE(f.wait("finished 2"));
    CHECK(f.engine->process_id() != process);
    CHECK(fs::exists(elsewhere / "job" / "picture-0.png"));
    CHECK(f.failures.empty());
}

TEST_CASE("worker engine: a program that is no worker of ours is refused", "[jobs][worker]")
{
    SECTION("of another version")
    {
        Fixture f("other_version");
        f.generate(1);
        REQUIRE(f.wait("failed 1 internal"));
        CHECK(f.failures.back().message.contains(QStringLiteral("another version")));
        CHECK(f.engine->process_id() == 0);
    }
    SECTION("not there")
    {
        Fixture f("", [](WorkerEngineOptions& options) { options.program = "/not/there"; });
        f.generate(1);
        f.engine->plan(2, f.request(), {});
        CHECK(f.wait("failed 1 internal"));
        CHECK(f.wait("plan failed 2 internal"));
        CHECK(f.failures.back().message.contains(QStringLiteral("/not/there")));
    }
    for (char const* script : { "echo hello", "exit 3", "printf 'Content-Length: 2\\r\\n\\r\\n{}'; sleep 60",
             "printf 'Content-Length: 99999999999\\r\\n\\r\\n'; sleep 60", "head -c 100000 /dev/zero; sleep 60" }) {
        Fixture f("", [](WorkerEngineOptions& options) { options.first_pause = 10s; });
        fs::path const program = f.folder / "program";
        write_text(program, std::string("#!/bin/sh\n") + script + "\n");
        fs::permissions(program, fs::perms::owner_all);
        WorkerEngine engine({ .program = program });
        EngineFailure found;
        QObject::connect(&engine, &Engine::failed, [&](qint64, EngineFailure const& failure) {
            found = failure;
            f.said.push_back("other failed");
        });
        engine.generate(1, f.request(), {}, f.job_folder(1));
        CHECK(f.wait("other failed", 5s));
        CHECK(found.engine_died);
        CHECK(engine.process_id() == 0);
    }
}

TEST_CASE("worker engine: what the user chooses holds, with another worker where it must", "[jobs][worker]")
{
    Fixture f;
    std::vector<EngineFacts> facts;
    QObject::connect(f.engine.get(), &Engine::introduced, [&](EngineFacts const& told) {
        facts.push_back(told);
        f.said.push_back("introduced " + std::to_string(facts.size()));
    });
    f.engine->introduce();
    REQUIRE(f.wait("introduced 1"));
    CHECK(facts[0].version.startsWith(QStringLiteral("igneous ")));
    if (facts[0].device.isEmpty())
        SKIP("there is no Vulkan device");
    CHECK(facts[0].devices.size() >= 1);

    EngineChoices choices;
    choices.metadata = { .recipe = false, .a1111 = false, .label = true };
    f.engine->choose(choices);
    f.check_works(1);
    auto const process = f.engine->process_id();
    std::string const picture = read_text(f.job_folder(1) / "picture-0.png");
    CHECK(picture.find("parameters") == std::string::npos);
    CHECK(picture.find("a red house") == std::string::npos);
    CHECK(picture.find("trainedAlgorithmicMedia") != std::string::npos);

    choices.memory_limit = 1 << 20;
    f.engine->choose(choices);
    REQUIRE(f.wait("introduced 2"));
    CHECK(f.engine->process_id() != process);
    f.engine->plan(7, f.request(), {});
    REQUIRE(f.wait("planned 7"));
    CHECK(f.plans.back().budget_bytes <= 1 << 20);
    CHECK_FALSE(f.plans.back().fits());

    choices.memory_limit = 0;
    choices.device = QStringLiteral("no such card");
    f.engine->choose(choices);
    CHECK(f.wait("introduced 3"));
}

TEST_CASE("worker engine: gone in the middle of a job, its worker goes too", "[jobs][worker]")
{
    Fixture f;
    f.generate(1, 1000);
    REQUIRE(f.wait("step 1"));
    auto const process = static_cast<pid_t>(f.engine->process_id());
    f.engine.reset();
    CHECK(::kill(process, 0) != 0);
}
