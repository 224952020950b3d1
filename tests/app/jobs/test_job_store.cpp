// SPDX-License-Identifier: Apache-2.0
// The queue on disk: order, states, several users at once, damage.
#include "app/jobs/job_claims.h"
#include "app/jobs/job_store.h"
#include "tests/app/jobs/disks.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <format>
#include <numeric>
#include <random>
#include <unistd.h>

using namespace igneous;
using igneous::test::SmallDisk;
using igneous::test::TemporaryFolder;
using Kind = QueuePlace::Kind;

namespace {

NewJob job(std::string prompt, QueuePlace place = {})
{
    GenerationRequest request;
    request.prompt = std::move(prompt);
    request.width = 64;
    request.height = 32;
    request.seed = 18446744073709551615u;
    return { .request = request, .place = place, .output = {} };
}

/// The prompts of what waits, in its order: "abc".
std::string waiting(JobStore& store)
{
    std::string all;
    for (Job const& job : store.list(JobState::queued, 1000000))
        all += job.request.prompt;
    return all;
}

Image noise(int width, int height, int channels)
{
    Image image(width, height, channels);
    std::minstd_rand random(7);
    for (auto& value : image.pixels)
        value = static_cast<std::uint8_t>(random());
    return image;
}

/// Many jobs in one transaction, where a test is not about adding them. Their prompts: "0", "1"...
void add_many(JobStore& store, std::filesystem::path const& data_folder, int count)
{
    JobId const first = store.add(job("0"));
    Database(data_folder / "queue.db", std::vector<std::string_view>(2))
        .run("INSERT INTO jobs (state, position, request, output, created) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
             "SELECT i + 1 FROM n "
             "WHERE i + 1 < ?2) SELECT state, position + i * 4294967296, json_set(request, '$.prompt', cast(i AS "
             "text)), output, 0 "
             "FROM n, jobs WHERE jobs.id = ?1",
            first, count);
}

double seconds_of(auto const& work)
{
    auto const begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}

TEST_CASE("jobs keep their order and everything about them, over restarts", "[jobs]")
{
    TemporaryFolder const folder;
    auto const data = folder / "data";
    NewJob with_picture = job("b");
    with_picture.request.init.emplace(
        InitImage { .image = noise(64, 32, 3), .strength = 0.5, .mask = noise(64, 32, 1) });
    with_picture.request.loras.push_back({ .name = "style", .file = "/x/style.safetensors", .weight = 0.7 });
    with_picture.output = "/somewhere/else";
    JobId id = 0;
    {
        JobStore store(data);
        store.add(job("a"));
        id = store.add(with_picture);
        store.add(job("c"));
        store.add(job("z", { Kind::front }));
        store.add(job("y", { Kind::before, id }));
        CHECK(waiting(store) == "zaybc");
    }
    JobStore store(data);
    CHECK(waiting(store) == "zaybc");
    CHECK(store.request(id) == with_picture.request);
    auto const found = store.find(id);
    REQUIRE(found);
    CHECK(found->output == "/somewhere/else");
    CHECK(found->state == JobState::queued);
    CHECK(found->request.seed == 18446744073709551615u);
    CHECK_FALSE(store.find(4711));
    CHECK_THROWS_AS(store.request(4711), Error);
    CHECK(store.rescue().reason.empty());
}

TEST_CASE("jobs are moved to every place", "[jobs]")
{
    TemporaryFolder const folder;
    JobStore store(folder.path());
    std::vector<JobId> ids;
    for (char const c : std::string("abcdef"))
        ids.push_back(store.add(job(std::string(1, c))));
    CHECK(store.move(ids[2], { Kind::front }));
    CHECK(waiting(store) == "cabdef");
    CHECK(store.move(ids[0], { Kind::back }));
    CHECK(waiting(store) == "cbdefa");
    CHECK(store.move(ids[5], { Kind::before, ids[1] }));
    CHECK(waiting(store) == "cfbdea");
    CHECK(store.move(ids[2], { Kind::after, ids[0] }));
    CHECK(waiting(store) == "fbdeac");
    CHECK(store.move(ids[1], { Kind::after, ids[1] }));        // beside itself: where it is
    CHECK(waiting(store) == "fbdeac");
    store.cancel(std::vector { ids[3] });
    CHECK_FALSE(store.move(ids[3], { Kind::front }));
    CHECK_FALSE(store.move(ids[0], { Kind::before, ids[3] }));
    CHECK_FALSE(store.move(ids[0], { Kind::before, 4711 }));
    CHECK(waiting(store) == "fbeac");
    CHECK_THROWS_AS(store.add(job("x", { Kind::after, ids[3] })), Error);
    // Two that change places for ever use up every gap between their neighbours, again and again.
    for (int i = 0; i < 80; ++i)
        store.move(ids[i % 2 ? 1 : 4], { Kind::after, ids[5] });
    CHECK(waiting(store) == "fbeac");
    store.move(ids[4], { Kind::after, ids[5] });
    CHECK(waiting(store) == "febac");
}

TEST_CASE("1,000 queued jobs are reordered and cancelled", "[jobs]")
{
    TemporaryFolder const folder;
    JobStore store(folder.path());
    double const adding = seconds_of([&] {
        for (int i = 0; i < 100; ++i)
            store.add(job("early"));
    });
    add_many(store, folder.path(), 900);
    std::vector<JobId> order = store.ids(std::array { JobState::queued });
    REQUIRE(order.size() == 1000);
    std::mt19937 random(3);
    double const moving = seconds_of([&] {
        for (int i = 0; i < 200; ++i) {
            std::size_t const from = random() % order.size(), beside = random() % order.size();
            JobId const moved = order[from], other = order[beside];
            if (moved == other)
                continue;
            REQUIRE(store.move(moved, { Kind::before, other }));
            order.erase(order.begin() + static_cast<long>(from));
            order.insert(std::ranges::find(order, other), moved);
        }
    });
    std::vector<JobId> seen;
    for (Job const& each : store.list(JobState::queued, 5000))
        seen.push_back(each.id);
    CHECK(seen == order);
    std::vector<JobId> half;
    for (std::size_t i = 0; i < order.size(); i += 2)
        half.push_back(order[i]);
    std::vector<JobId> cancelled;
    double const cancelling = seconds_of([&] { cancelled = store.cancel(half); });
    CHECK(cancelled == half);
    CHECK(store.count(JobState::queued) == 500);
    CHECK(store.count(JobState::cancelled) == 500);
    CHECK(store.list(std::nullopt, 1, 500).at(0).id == half.back());    // what ended last comes first
    CHECK(store.retry(half) == half);
    CHECK(store.list(JobState::queued, 1, 500).at(0).id == half.front());
    store.cancel(store.ids(std::array { JobState::queued }));
    CHECK(store.clear(std::array { JobState::cancelled }) == 1000);
    CHECK(store.count() == 0);
    INFO(std::format(
        "100 added in {:.3f} s, 200 moved in {:.3f} s, 500 cancelled in {:.3f} s", adding, moving, cancelling));
    CHECK(adding + moving + cancelling < 30);                  // a second or so; slow disks exist
}

TEST_CASE("a window of 100,000 jobs comes at once", "[jobs]")
{
    TemporaryFolder const folder;
    JobStore store(folder.path());
    add_many(store, folder.path(), 100000);
    Database(folder / "queue.db", std::vector<std::string_view>(2))
        .run("UPDATE jobs SET state = 1 + id % 4 WHERE id > 1");
    CHECK(store.count() == 100000);
    double const time = seconds_of([&] {
        CHECK(store.list(std::nullopt, 50, 99940).size() == 50);
        CHECK(store.list(JobState::failed, 50, 20000).size() == 50);
        CHECK(store.list(std::nullopt, 50).at(0).request.prompt == "0");
        CHECK(store.count(JobState::done) == 24999);
    });
    INFO(std::format("four questions to 100,000 jobs: {:.1f} ms", time * 1000));
    CHECK(time < 2);
}

TEST_CASE("states change only where it makes sense", "[jobs]")
{
    TemporaryFolder const folder;
    JobStore store(folder.path());
    JobId const a = store.add(job("a")), b = store.add(job("b"));
    JobClaims claims(store);
    auto const claim = claims.claim_next();
    REQUIRE(claim);
    CHECK(claim->job == a);
    CHECK(store.list(std::nullopt, 10).at(0).state == JobState::running);
    CHECK(store.list(std::nullopt, 10).at(0).process == getpid());
    CHECK(store.retry(std::vector { a, b }).empty());
    CHECK_THROWS_AS(store.clear(std::array { JobState::queued }), Error);
    CHECK(claims.fail(*claim, ErrorCode::numeric, "NaN"));
    CHECK_FALSE(claims.finish(*claim));                        // it is not ours any more
    CHECK(store.find(a)->error == ErrorCode::numeric);
    CHECK(store.find(a)->message == "NaN");
    CHECK(store.cancel(std::vector { a }).empty());
    CHECK(store.retry(std::vector { a, a, b, JobId(99) }) == std::vector { a });
    CHECK(waiting(store) == "ba");
    CHECK_FALSE(store.find(a)->error);
    auto const next = claims.claim_next();
    REQUIRE(next);
    CHECK(store.cancel(std::vector { b }) == std::vector { b });    // while it runs
    CHECK_FALSE(claims.holds(*next));
    CHECK_FALSE(claims.put_back(*next));
    CHECK(store.find(b)->state == JobState::cancelled);
    auto const again = claims.claim_next();
    REQUIRE(again);
    CHECK(again->attempt == 2);
    CHECK(claims.finish(*again));
    CHECK(store.retry(std::vector { a }).empty());             // done is done
    std::array const ended { JobState::done, JobState::failed, JobState::cancelled };
    CHECK(store.clear(ended, 1) == 0);                         // only older ones
    CHECK(store.clear(ended) == 2);
}

TEST_CASE("a paused queue begins nothing, in any process and over restarts", "[jobs]")
{
    TemporaryFolder const folder;
    JobStore store(folder.path()), other(folder.path());
    store.add(job("a"));
    store.add(job("b"));
    JobClaims claims(store), others(other);
    auto const running = claims.claim_next();
    REQUIRE(running);
    other.pause(RunningJob::finishes, "the disk is full");
    CHECK(claims.holds(*running));
    CHECK_FALSE(others.claim_next());
    CHECK(JobStore(folder.path()).pause_reason() == "the disk is full");
    other.pause(RunningJob::is_put_back);
    CHECK_FALSE(claims.holds(*running));
    CHECK(waiting(store) == "ab");
    store.resume();
    CHECK(others.claim_next());
}

TEST_CASE("changes are noticed, one's own and others'", "[jobs]")
{
    TemporaryFolder const folder;
    JobStore store(folder.path()), other(folder.path());
    store.changed();
    CHECK_FALSE(store.changed());
    other.add(job("a"));
    CHECK(store.changed());
    CHECK_FALSE(store.changed());
    store.add(job("b"));
    CHECK(store.changed());
    CHECK_FALSE(store.changed());
}

TEST_CASE("a clock that jumps changes no order", "[jobs]")
{
    TemporaryFolder const folder;
    std::int64_t now = 1'800'000'000'000;
    JobStore store(folder.path(), [&] { return now; });
    std::vector<JobId> ids;
    for (int i = 0; i < 5; ++i) {
        now -= 86'400'000;
        ids.push_back(store.add(job(std::format("{}", i))));
    }
    CHECK(waiting(store) == "01234");
    JobClaims claims(store);
    for (int i = 0; i < 5; ++i) {
        now += i % 2 ? 86'400'000'000 : -86'400'000'000;
        auto const claim = claims.claim_next();
        REQUIRE(claim);
        CHECK(claim->job == ids[static_cast<std::size_t>(i)]);
        now -= 5000;
        JobClaims::recover(store);         // nobody looks dead because of it
        CHECK(claims.finish(*claim));
        CHECK(store.find(claim->job)->seconds >= 0);
        CHECK(store.find(claim->job)->seconds < 60);
    }
    std::string ended;
    for (Job const& each : store.list(JobState::done, 10))
        ended += each.request.prompt;
    CHECK(ended == "43210");
    now = -5'000'000'000'000;              // long before 1970
    JobId const old = store.add(job("old"));
    CHECK(store.find(old)->created == now);
}

TEST_CASE("a damaged queue is opened with what can be read, and says so", "[jobs]")
{
    TemporaryFolder const folder;
    {
        JobStore store(folder.path());
        add_many(store, folder.path(), 300);
    }
    SECTION("torn pages")
    {
        std::string bytes = test::read_text(folder / "queue.db");
        bytes.replace(bytes.size() / 2 / 4096 * 4096, 8192, 8192, '\x5a');
        test::write_text(folder / "queue.db", bytes);
        JobStore store(folder.path());
        CHECK(store.rescue().kept_copy.filename() == "queue.damaged-1.db");
        CHECK(store.rescue().reason.find("queue.damaged-1.db") != std::string::npos);
        CHECK(store.count() > 50);
        CHECK(store.count() < 300);
        CHECK(store.add(job("new")) > 0);
    }
    SECTION("no database")
    {
        test::write_text(folder / "queue.db", std::string(5000, 'q'));
        std::filesystem::create_directories(folder / "jobs/1/attempt-1");    // of a job that nobody remembers
        test::write_text(folder / "jobs/1/attempt-1/0.png", "a picture");
        JobStore store(folder.path());
        CHECK(store.count() == 0);
        NewJob with_picture = job("new");
        with_picture.request.init.emplace(InitImage { .image = noise(8, 8, 3) });
        CHECK(store.add(with_picture) == 2);
        JobClaims(store).tidy();
        CHECK(test::read_text(folder / "jobs/1/attempt-1/0.png") == "a picture");
    }
    SECTION("rows that make no sense")
    {
        Database(folder / "queue.db", std::vector<std::string_view>(2))
            .run("UPDATE jobs SET request = '[[[', state = 77 WHERE id = 3; UPDATE jobs SET request = '{\"seed\": []}' "
                 "WHERE id = 4");
        JobStore store(folder.path());
        CHECK(store.list(std::nullopt, 1000).size() == 300);
        CHECK(store.find(3)->state == JobState::failed);
        CHECK(store.find(4)->message.find("damaged") != std::string::npos);
        CHECK_THROWS_AS(store.request(4), Error);
    }
}

TEST_CASE("a full disk adds nothing and breaks nothing", "[jobs]")
{
    TemporaryFolder const folder;
    JobStore store(folder.path());
    store.add(job("a"));
    NewJob large = job("b");
    large.request.init.emplace(InitImage { .image = noise(512, 512, 3) });
    {
        SmallDisk const small(200'000);    // the database fits, the picture does not
        CHECK_THROWS_AS(store.add(large), Error);
    }
    {
        SmallDisk const small(1000);
        try {
            for (int i = 0; i < 100; ++i)
                store.add(job("c"));
            FAIL("a disk of 1,000 bytes took 100 jobs");
        } catch (Error const& error) {
            CHECK(error.code() == ErrorCode::disk_full);
        }
    }
    CHECK(waiting(store) == "a");
    CHECK_FALSE(std::filesystem::exists(folder / "jobs/2"));
    CHECK(store.request(store.add(large)) == large.request);
}

TEST_CASE("an init image that is gone or damaged is the job's error", "[jobs]")
{
    TemporaryFolder const folder;
    JobStore store(folder.path());
    NewJob with_picture = job("a");
    with_picture.request.init.emplace(InitImage { .image = noise(8, 8, 3) });
    JobId const id = store.add(with_picture);
    test::write_text(store.folder_of(id) / "init.png", "no picture");
    CHECK_THROWS_AS(store.request(id), Error);
    std::filesystem::remove_all(store.folder_of(id));
    CHECK_THROWS_AS(store.request(id), Error);
}

TEST_CASE("job store: a job knows where it came from until it is settled, and can be forgotten alone", "[jobs]")
{
    TemporaryFolder const folder;
    JobStore store(folder.path());
    NewJob asked = job("from a canvas");
    asked.origin = R"({"document":3})";
    Image const before = noise(9, 5, 4);
    asked.attachments = { { "before", before } };
    JobId const id = store.add(asked), other = store.add(job("from nowhere"));
    {
        JobStore again(folder.path());
        CHECK(again.with_origin() == std::vector { id });
        CHECK(again.find(id)->origin == asked.origin);
        CHECK(again.attachment(id, "before") == before);
        CHECK_THROWS_AS(again.attachment(other, "before"), Error);
    }
    CHECK_FALSE(store.forget(id));         // it waits
    JobId const ids[] = { id };
    store.cancel(ids);
    store.set_origin(id, "");
    CHECK(store.with_origin().empty());
    CHECK(store.forget(id));
    CHECK_FALSE(store.find(id));
    CHECK_FALSE(std::filesystem::exists(store.folder_of(id)));
    CHECK(store.count() == 1);
    CHECK_FALSE(store.forget(id));
}
