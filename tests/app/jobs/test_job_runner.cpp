// SPDX-License-Identifier: Apache-2.0
// The queue at work, with a scripted engine: every way a job can end, and what is left then.
#include "app/jobs/job_runner.h"
#include "tests/app/jobs/disks.h"
#include "tests/app/jobs/fake_engine.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <format>

using namespace igneous;
using namespace igneous::test;
using Does = FakeEngine::Does;

namespace {

struct Offered {
    JobId job;
    JobPicture picture;
    std::string prompt;
};

/// A queue with its runner and the engine of the test.
struct Queue {
    TemporaryFolder folder;
    std::filesystem::path model = folder / "model";
    JobStore store { folder / "data" };
    FakeEngine engine;
    std::optional<JobRunner> runner;
    std::vector<Offered> offered;
    std::vector<std::pair<JobId, JobState>> ended;
    std::vector<std::string> troubles;

    Queue()
    {
        need_application();
        std::filesystem::create_directories(model);
        new_runner();
    }
    void new_runner()
    {
        runner.emplace(store, engine);
        runner->set_gallery([this](JobId job, JobPicture const& picture, GenerationRequest const& request) {
            offered.push_back({ job, picture, request.prompt });
        });
        QObject::connect(&*runner, &JobRunner::job_ended, &*runner,
            [this](qint64 job, JobState state, QString const&) { ended.emplace_back(job, state); });
        QObject::connect(&*runner, &JobRunner::trouble, &*runner,
            [this](QString const& message) { troubles.push_back(message.toStdString()); });
    }
    JobId add(std::string prompt, int batch = 1, QueuePlace place = {})
    {
        return store.add({ .request = request(std::move(prompt), batch), .place = place, .output = {} });
    }
    GenerationRequest request(std::string prompt, int batch = 1) const
    {
        GenerationRequest request;
        request.model = model.string();
        request.prompt = std::move(prompt);
        request.batch = batch;
        request.seed = 7;
        request.width = request.height = 512;
        return request;
    }
    bool run_until_empty()
    {
        runner->start();
        return spin_until([&] {
            return !runner->job() && store.count(JobState::queued) == 0 && store.count(JobState::running) == 0;
        });
    }
    Job job(JobId id) { return store.find(id).value(); }
    /// What lies in pictures/<today>.
    std::vector<std::string> pictures() const
    {
        std::vector<std::string> names;
        std::error_code error;
        for (auto const& entry : std::filesystem::recursive_directory_iterator(folder / "data/pictures", error))
            if (!entry.is_directory())
                names.push_back(entry.path().filename().string());
        std::ranges::sort(names);
        return names;
    }
    std::vector<std::string> left_overs() const
    {
        std::vector<std::string> names;
        std::error_code error;
        for (auto const& entry : std::filesystem::recursive_directory_iterator(folder / "data/jobs", error))
            names.push_back(entry.path().filename().string());
        return names;
    }
};

using Names = std::vector<std::string>;

}

TEST_CASE("jobs run one after the other and their pictures come to their place", "[jobs]")
{
    Queue queue;
    JobId const a = queue.add("A red lake!", 2), b = queue.add("<lora:ink:0.5>a red <lora:x:1>lake"),
                c = queue.add("\xe5\xb1\xb1");
    JobId const d = queue.add("first", 1, { QueuePlace::Kind::front });
    REQUIRE(queue.run_until_empty());
    CHECK(queue.pictures() == Names { "7.png", "a-red-lake-2.png", "a-red-lake-3.png", "a-red-lake.png", "first.png" });
    CHECK(queue.ended
        == std::vector<std::pair<JobId, JobState>> {
            { d, JobState::done }, { a, JobState::done }, { b, JobState::done }, { c, JobState::done } });
    Job const job = queue.job(a);
    REQUIRE(job.pictures.size() == 2);
    CHECK(job.pictures[1].seed == 8);
    CHECK(job.pictures[1].width == 512);
    CHECK(read_text(job.pictures[0].path) == painting(queue.request("A red lake!", 2), 0));
    CHECK(read_text(job.pictures[1].path) == painting(queue.request("A red lake!", 2), 1));
    CHECK(job.started > 0);
    CHECK(job.ended >= job.started);
    CHECK(queue.offered.size() == 5);
    CHECK(queue.offered[1].prompt == "A red lake!");
    CHECK(queue.left_overs().empty());
    CHECK(queue.troubles.empty());
}

TEST_CASE("a name that a file has is never taken", "[jobs]")
{
    Queue queue;
    auto const out = queue.folder / "out";
    std::filesystem::create_directories(out);
    write_text(out / "lake.png", "somebody's");
    queue.store.add({ .request = queue.request("lake"), .place = {}, .output = out });
    // Somebody takes the second name after it was chosen, before the picture has it.
    queue.engine.before_picture = [&] { std::filesystem::create_directories(out); };
    queue.store.add({ .request = queue.request("lake"), .place = {}, .output = out / "new/deep" });
    REQUIRE(queue.run_until_empty());
    CHECK(read_text(out / "lake.png") == "somebody's");
    CHECK(std::filesystem::exists(out / "lake-2.png"));
    CHECK(std::filesystem::exists(out / "new/deep/lake.png"));
}

TEST_CASE("what goes wrong once is tried again more carefully, once", "[jobs]")
{
    struct Case {
        Does does;
        SafetyMeasures measures;
        ErrorCode code;
        char const* words;
    };
    Case const cases[] = {
        { Does::dies, { .frugal = true }, ErrorCode::internal, "signal 11" },
        { Does::hangs, { .frugal = true }, ErrorCode::internal, "no sign of life" },
        { Does::loses_the_device, { .frugal = true }, ErrorCode::device_lost, "driver gave up" },
        { Does::runs_out_of_memory, { .frugal = true }, ErrorCode::out_of_memory, "no memory left" },
        { Does::makes_nan, { .f32 = true }, ErrorCode::numeric, "NaN" },
        { Does::forgets_one, { .frugal = true }, ErrorCode::internal, "1 of 2 pictures" },
    };
    Queue queue;
    for (Case const& each : cases) {
        CAPTURE(each.words);
        queue.engine.runs.clear();
        queue.engine.script = [&](FakeEngine::Run const& run) {
            return run.request.prompt == "well" || run.safety != SafetyMeasures {} ? Does::paints : each.does;
        };
        JobId const saved = queue.add("saved", 2), after = queue.add("well");
        REQUIRE(queue.run_until_empty());
        REQUIRE(queue.engine.runs.size() == 3);
        CHECK(queue.engine.runs[0].safety == SafetyMeasures {});
        CHECK(queue.engine.runs[1].job == saved);              // at once, not behind the others
        CHECK(queue.engine.runs[1].safety == each.measures);
        CHECK(queue.engine.runs[1].folder != queue.engine.runs[0].folder);
        CHECK(queue.engine.runs[2].job == after);
        CHECK(queue.job(saved).state == JobState::done);
        CHECK(queue.job(saved).pictures.size() == 2);
        CHECK(queue.job(saved).message.find(each.words) != std::string::npos);
        CHECK(queue.job(saved).message.find("tried again") != std::string::npos);

        queue.engine.runs.clear();
        queue.engine.script
            = [&](FakeEngine::Run const& run) { return run.request.prompt == "well" ? Does::paints : each.does; };
        JobId const lost = queue.add("lost", 2), next = queue.add("well");
        REQUIRE(queue.run_until_empty());
        CHECK(queue.engine.runs.size() == 3);
        Job const job = queue.job(lost);
        CHECK(job.state == JobState::failed);
        CHECK(job.error == each.code);
        CHECK(job.attempts == 2);
        CHECK(job.safety == each.measures);
        CHECK(job.message.find("tried again") != std::string::npos);
        CHECK(job.request == queue.request("lost", 2));
        CHECK(queue.job(next).state == JobState::done);

        queue.engine.script = [](FakeEngine::Run const&) { return Does::paints; };
        queue.engine.runs.clear();
        CHECK(queue.store.retry(std::vector { lost }).size() == 1);
        REQUIRE(queue.run_until_empty());
        CHECK(queue.engine.runs.at(0).safety == SafetyMeasures {});
        CHECK(queue.job(lost).state == JobState::done);
        CHECK(queue.job(lost).pictures.size() == 2);
        CHECK(queue.job(lost).message.empty());
    }
    // Six rounds of "saved" and "lost" with two pictures each and two of "well" with one: nothing twice, nothing
    // missing.
    CHECK(queue.pictures().size() == 6 * (2 + 2 + 1 + 1));
    CHECK(queue.left_overs().empty());
}

TEST_CASE("where retrying is not wanted a job fails the first time", "[jobs]")
{
    Queue queue;
    queue.runner->set_retry(false);
    queue.engine.script = [](FakeEngine::Run const&) { return Does::runs_out_of_memory; };
    JobId const job = queue.add("large");
    REQUIRE(queue.run_until_empty());
    CHECK(queue.job(job).state == JobState::failed);
    CHECK(queue.engine.runs.size() == 1);
}

TEST_CASE("NaN in 32 bits is not tried again in 32 bits", "[jobs]")
{
    Queue queue;
    queue.engine.script = [](FakeEngine::Run const&) { return Does::makes_nan; };
    auto request = queue.request("lake");
    request.tier = Tier::f32;
    JobId const id = queue.store.add({ .request = request, .place = {}, .output = {} });
    REQUIRE(queue.run_until_empty());
    CHECK(queue.engine.runs.size() == 1);
    CHECK(queue.job(id).state == JobState::failed);
}

TEST_CASE("a running job is cancelled at once", "[jobs]")
{
    Queue queue;
    queue.engine.script
        = [](FakeEngine::Run const& run) { return run.request.prompt == "long" ? Does::stays_busy : Does::paints; };
    JobId const first = queue.add("long"), second = queue.add("long"), third = queue.add("short");
    queue.runner->start();
    REQUIRE(spin_until([&] { return queue.engine.runs.size() == 1; }));
    auto const begin = std::chrono::steady_clock::now();
    SECTION("here")
    {
        queue.store.cancel(std::vector { first, second });
        queue.runner->look();
    }
    SECTION("by another process") { JobStore(queue.folder / "data").cancel(std::vector { first, second }); }
    REQUIRE(spin_until([&] { return queue.ended.size() == 1; }));
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(250));
    CHECK(queue.ended[0] == std::pair(first, JobState::cancelled));
    REQUIRE(queue.run_until_empty());
    CHECK(queue.engine.runs.size() == 2);                      // the second never began
    CHECK(queue.job(second).state == JobState::cancelled);
    CHECK(queue.job(third).state == JobState::done);
    CHECK(queue.left_overs().empty());
}

TEST_CASE("pausing and stopping put the running job back, or let it end", "[jobs]")
{
    Queue queue;
    bool busy = true;
    queue.engine.script = [&](FakeEngine::Run const&) { return busy ? Does::stays_busy : Does::paints; };
    JobId const id = queue.add("a");
    queue.add("b");
    queue.runner->start();
    REQUIRE(spin_until([&] { return queue.engine.runs.size() == 1; }));
    busy = false;
    SECTION("paused now")
    {
        queue.store.pause(RunningJob::is_put_back);
        REQUIRE(spin_until([&] { return queue.ended.size() == 1; }));
        CHECK(queue.ended[0] == std::pair(id, JobState::queued));
        auto const later = std::chrono::steady_clock::now() + std::chrono::milliseconds(200);
        REQUIRE(spin_until([&] { return std::chrono::steady_clock::now() > later; }));
        CHECK(queue.engine.runs.size() == 1);
        queue.store.resume();
    }
    SECTION("stopped")
    {
        bool stopped = false;
        QObject::connect(&*queue.runner, &JobRunner::stopped, [&] { stopped = true; });
        queue.runner->stop();
        REQUIRE(spin_until([&] { return stopped; }));
        CHECK(queue.store.list(JobState::queued, 1).at(0).id == id);
        queue.new_runner();
    }
    SECTION("the runner is gone")
    {
        queue.runner.reset();
        CHECK(queue.store.list(JobState::queued, 1).at(0).id == id);
        bool quiet = false;
        QObject::connect(&queue.engine, &Engine::failed, [&] { quiet = true; });
        queue.engine.cancel(id);
        REQUIRE(spin_until([&] { return quiet; }));
        queue.new_runner();
    }
    REQUIRE(queue.run_until_empty());
    CHECK(queue.engine.runs.size() == 3);
    CHECK(queue.pictures() == Names { "a.png", "b.png" });
}

TEST_CASE("paused, the running job ends and no other begins", "[jobs]")
{
    Queue queue;
    queue.add("a");
    queue.add("b");
    queue.engine.before_picture = [&] { queue.store.pause(); };
    queue.runner->start();
    REQUIRE(spin_until([&] { return queue.ended.size() == 1; }));
    CHECK(queue.store.count(JobState::done) == 1);
    CHECK(queue.store.count(JobState::queued) == 1);
}

TEST_CASE("without an engine the queue waits, and nothing in it fails", "[jobs]")
{
    Queue queue;
    queue.engine.script = [](FakeEngine::Run const&) { return Does::cannot_start; };
    JobId const first = queue.add("a"), second = queue.add("b");
    queue.runner->start();
    REQUIRE(spin_until([&] { return queue.ended.size() == 1; }));
    CHECK(queue.ended[0] == std::pair(first, JobState::queued));
    CHECK(queue.store.paused());
    CHECK(queue.store.pause_reason().contains("cannot be started"));
    CHECK(queue.store.count(JobState::queued) == 2);
    CHECK(queue.engine.runs.size() == 1);
    queue.engine.script = [](FakeEngine::Run const&) { return Does::paints; };
    queue.store.resume();
    REQUIRE(queue.run_until_empty());
    CHECK(queue.job(first).state == JobState::done);
    CHECK(queue.job(second).state == JobState::done);
    CHECK(queue.pictures() == Names { "a.png", "b.png" });
}

TEST_CASE("what does not fit is refused with the nearest that does", "[jobs]")
{
    Queue queue;
    queue.engine.bytes_of = [](GenerationRequest const& r) {
        return std::uint64_t(1'000'000) + static_cast<std::uint64_t>(r.width * r.height * r.batch) * 100;
    };
    SECTION("a smaller batch")
    {
        queue.engine.budget = 1'000'000 + 512 * 512 * 2 * 100;
        JobId const id = queue.add("a", 8), fits = queue.add("b", 2);
        REQUIRE(queue.run_until_empty());
        CHECK(queue.job(id).state == JobState::failed);
        CHECK(queue.job(id).error == ErrorCode::out_of_memory);
        CHECK(queue.job(id).message.ends_with("this would fit: batch 2"));
        CHECK(queue.job(fits).state == JobState::done);
        CHECK(queue.engine.runs.size() == 1);
    }
    SECTION("as it is, with less on the device at a time")
    {
        queue.engine.frugal_divisor = 4;
        queue.engine.budget = 1'000'000 + 512 * 512 * 3 * 100;
        JobId const id = queue.add("a", 8), fits = queue.add("b", 2);
        REQUIRE(queue.run_until_empty());
        CHECK(queue.job(id).state == JobState::done);
        REQUIRE(queue.engine.runs.size() == 2);
        CHECK(queue.engine.runs[0].safety == SafetyMeasures { .frugal = true });
        CHECK(queue.engine.runs[1].safety == SafetyMeasures {});
        CHECK(queue.job(fits).state == JobState::done);
    }
    SECTION("in tiles, where nothing else helps")
    {
        queue.engine.frugal_divisor = queue.engine.tiled_divisor = 2;
        queue.engine.budget = 1'000'000 + 512 * 512 * 2 * 100;
        JobId const id = queue.add("a", 8);
        REQUIRE(queue.run_until_empty());
        CHECK(queue.job(id).state == JobState::done);
        REQUIRE(queue.engine.runs.size() == 1);
        CHECK(queue.engine.runs[0].safety == SafetyMeasures { .frugal = true, .tiled = true });
    }
    SECTION("a smaller size")
    {
        queue.engine.budget = 1'000'000 + 450 * 300 * 100;
        auto request = queue.request("a", 2);
        request.width = 768;
        JobId const id = queue.store.add({ .request = request, .place = {}, .output = {} });
        REQUIRE(queue.run_until_empty());
        CHECK(queue.job(id).message.ends_with("this would fit: 384 x 256, one picture at a time"));
    }
    SECTION("nothing")
    {
        queue.engine.budget = 1;
        JobId const id = queue.add("a");
        REQUIRE(queue.run_until_empty());
        CHECK(queue.job(id).message.find("no smaller size fits either") != std::string::npos);
    }
}

TEST_CASE("a model that was deleted fails its job, which says so, and no other", "[jobs]")
{
    Queue queue;
    auto request = queue.request("a");
    request.model = (queue.folder / "gone").string();
    JobId const id = queue.store.add({ .request = request, .place = {}, .output = {} });
    auto with_lora = queue.request("l");
    with_lora.loras.push_back({ .name = "style", .file = (queue.folder / "style.safetensors").string() });
    JobId const lora = queue.store.add({ .request = with_lora, .place = {}, .output = {} });
    auto with_vae = queue.request("v");
    with_vae.vae = (queue.folder / "vae.safetensors").string();
    JobId const vae = queue.store.add({ .request = with_vae, .place = {}, .output = {} });
    JobId const next = queue.add("b");
    REQUIRE(queue.run_until_empty());
    CHECK(queue.job(vae).message.find("vae.safetensors") != std::string::npos);
    CHECK(queue.job(id).error == ErrorCode::file_missing);
    CHECK(queue.job(id).message.find(request.model) != std::string::npos);
    CHECK(queue.job(lora).message.find("style.safetensors") != std::string::npos);
    CHECK(queue.job(next).state == JobState::done);
}

TEST_CASE("a disk that fills up keeps the picture in the job's folder", "[jobs]")
{
    OtherDisk const other;                 // so that the picture has to be copied
    if (!other.path())
        SKIP("there is no second file system to fill");
    std::optional<SmallDisk> small;
    Queue queue;
    queue.engine.before_picture = [&] {
        write_text(queue.engine.runs.back().folder / "0.png", std::string(3'000'000, 'p'));
        small.emplace(2'000'000);          // enough for the database
    };
    JobId const id = queue.store.add({ .request = queue.request("a"), .place = {}, .output = *other.path() });
    JobId const next = queue.add("b");
    queue.runner->start();
    bool const over = spin_until([&] { return queue.ended.size() == 1; });
    small.reset();
    REQUIRE(over);
    CHECK(queue.job(id).error == ErrorCode::disk_full);
    CHECK(queue.job(id).message.find("retry") != std::string::npos);
    CHECK(std::filesystem::is_empty(*other.path()));
    CHECK(queue.job(next).state == JobState::queued);          // it would fail as well
    CHECK(queue.store.paused());
    CHECK(queue.store.clear(std::array { JobState::failed }) == 0);     // the picture is not thrown away
    queue.engine.before_picture = [] { };
    queue.store.retry(std::vector { id });
    queue.store.resume();
    REQUIRE(queue.run_until_empty());
    CHECK(queue.engine.runs.size() == 2);                      // a was not made again
    CHECK(queue.job(id).state == JobState::done);
    CHECK(read_text(*other.path() / "a.png") == std::string(3'000'000, 'p'));
    CHECK(queue.left_overs().empty());
}

TEST_CASE("a folder that vanished is made again, one that cannot be made fails the job", "[jobs]")
{
    Queue queue;
    write_text(queue.folder / "file", "no folder");
    JobId const id
        = queue.store.add({ .request = queue.request("a"), .place = {}, .output = queue.folder / "file/out" });
    JobId const next = queue.add("b");
    REQUIRE(queue.run_until_empty());
    CHECK(queue.job(id).state == JobState::failed);
    CHECK(queue.job(id).message.find("file/out") != std::string::npos);
    CHECK(queue.job(next).state == JobState::done);
}

TEST_CASE("a gallery that fails costs no picture and hears of it again", "[jobs]")
{
    Queue queue;
    queue.runner->set_gallery(
        [](JobId, JobPicture const&, GenerationRequest const&) { throw std::runtime_error("torn"); });
    queue.add("a");
    REQUIRE(queue.run_until_empty());
    CHECK(queue.troubles == Names { "torn" });
    CHECK(queue.store.count(JobState::done) == 1);
    queue.new_runner();
    queue.runner->start();
    REQUIRE(spin_until([&] { return queue.offered.size() == 1; }));
    CHECK(queue.offered[0].picture.path.filename() == "a.png");
    CHECK(queue.offered[0].prompt == "a");
}

TEST_CASE("an init image comes to the engine as it was given", "[jobs]")
{
    Queue queue;
    auto request = queue.request("a");
    request.init.emplace(InitImage { .image = Image(512, 512, 3), .strength = 0.5, .mask = Image(512, 512, 1) });
    request.init->image.pixels[77] = 200;
    JobId const id = queue.store.add({ .request = request, .place = {}, .output = {} });
    REQUIRE(queue.run_until_empty());
    CHECK(queue.engine.runs.at(0).request == request);
    CHECK(queue.store.request(id) == request);                 // still there, to be used again
    CHECK(queue.store.clear(std::array { JobState::done }) == 1);
    CHECK(queue.left_overs().empty());
}
