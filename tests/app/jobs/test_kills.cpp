// SPDX-License-Identifier: Apache-2.0
// Programs that use the queue are killed, at random and at every single step, and what is left is looked at.
#include "app/jobs/job_claims.h"
#include "tests/app/background_process.h"
#include "tests/app/jobs/disks.h"
#include "tests/app/jobs/fake_engine.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <format>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <thread>

using namespace igneous;
using namespace igneous::test;
namespace fs = std::filesystem;

namespace {

/// The program of queue_user.cpp.
class QueueUser : public BackgroundProcess {
public:
    QueueUser(fs::path const& data, fs::path const& words, std::string const& name, int jobs,
        std::string const& output = "-", long die_at = -1)
        : BackgroundProcess({ IGNEOUS_BINARY_DIR "/bin/queue_user", data.string(), output, name, std::to_string(jobs) },
              words, { std::format("IGNEOUS_TEST_DIE_AT={}", die_at) })
    {
    }
};

/// The words behind `first` in all lines that begin with it.
std::vector<std::string> said(fs::path const& words, std::string const& first)
{
    std::vector<std::string> all;
    std::istringstream lines(read_text(words));
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(first + " "))
            all.push_back(line.substr(first.size() + 1));
    return all;
}

/// Nothing that the killed ones promised is missing, nothing is there twice or half.
void check_queue(fs::path const& data, fs::path const& pictures, fs::path const& words)
{
    JobStore store(data);
    JobClaims::recover(store);
    CHECK(store.rescue().reason.empty());
    CHECK(store.count(JobState::running) == 0);
    CHECK(store.count(JobState::failed) == 0);
    for (std::string const& added : said(words, "added"))
        CHECK(store.find(std::stoll(added)));
    std::set<std::string> expected, found, contents;
    for (Job const& job : store.list(std::nullopt, 100000)) {
        CHECK((job.state != JobState::done || std::ssize(job.pictures) == job.request.batch));
        if (job.state == JobState::queued)
            CHECK_NOTHROW(store.request(job.id));
        for (JobPicture const& picture : job.pictures) {
            CHECK(expected.insert(picture.path.string()).second);
            CHECK(read_text(picture.path) == painting(job.request, picture.index));
            CHECK(contents.insert(read_text(picture.path)).second);
        }
    }
    std::error_code error;
    for (auto const& entry : fs::recursive_directory_iterator(pictures, error))
        if (!entry.is_directory())
            found.insert(entry.path().string());
    CHECK(found == expected);
    for (std::string const& stored : said(words, "stored"))
        CHECK(found.contains(stored));
    CHECK(said(words, "trouble").empty());
}

/// After everything has run: all pictures are there, the gallery has seen them, nothing lies about.
void check_finished(fs::path const& data)
{
    JobStore store(data);
    CHECK(store.count(JobState::done) == store.count());
    std::set<std::string> seen, names;
    for (Job const& job : store.list(std::nullopt, 100000))
        for (JobPicture const& picture : job.pictures)
            names.insert(picture.path.filename().string());
    for (auto const& entry : fs::directory_iterator(data / "seen"))
        seen.insert(entry.path().filename().string());
    CHECK(std::ranges::includes(seen, names));
    JobClaims(store).tidy();
    CHECK(std::ranges::distance(fs::directory_iterator(data / "runners")) == 0);
    for (auto const& entry : fs::recursive_directory_iterator(data / "jobs"))
        CHECK((entry.is_directory() || entry.path().filename() == "init.png"));
    store.clear(std::array { JobState::done });
    CHECK(std::ranges::distance(fs::directory_iterator(data / "jobs")) == 0);
}

}

TEST_CASE("two programs share a queue: every job runs once", "[jobs][kills]")
{
    TemporaryFolder const folder;
    auto const data = folder / "data", words = folder / "words";
    JobStore(data).pause();                // until both have added theirs
    QueueUser a(data, words, "a", 25), b(data, words, "b", 25);
    JobStore store(data);
    REQUIRE(spin_until([&] { return store.count() == 50; }));
    store.resume();
    CHECK(a.wait() == 0);
    CHECK(b.wait() == 0);
    auto ran = said(words, "ran");
    CHECK(ran.size() == 50);
    std::ranges::sort(ran);
    CHECK(std::ranges::adjacent_find(ran) == ran.end());
    for (Job const& job : store.list(std::nullopt, 1000))
        CHECK(job.attempts == 1);
    check_queue(data, data / "pictures", words);
    check_finished(data);
}

TEST_CASE("a program that uses the queue is killed at random 100 times", "[jobs][kills]")
{
    TemporaryFolder const folder;
    auto const data = folder / "data", words = folder / "words";
    auto const seed = std::random_device()();
    CAPTURE(seed);
    std::mt19937 random(seed);
    std::size_t survived = 0;
    for (int round = 0; round < 100; ++round) {
        QueueUser user(data, words, std::format("r{}", round), 2);
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 60000));
        user.send(SIGKILL);
        survived += user.wait() == 0;
        if (round % 10 == 9)
            check_queue(data, data / "pictures", words);
    }
    CHECK(QueueUser(data, words, "last", 1).wait() == 0);
    check_queue(data, data / "pictures", words);
    check_finished(data);
    INFO(std::format("{} jobs were added, {} pictures stored before the end, {} of 100 programs got away",
        said(words, "added").size(), said(words, "stored").size(), survived));
}

TEST_CASE("a program that uses the queue is killed at every step", "[jobs][kills]")
{
    OtherDisk const elsewhere;
    std::vector<std::string> outputs { "-" };
    if (elsewhere.path())
        outputs.push_back(elsewhere.path()->string());         // pictures are copied
    auto const seed = std::random_device()();
    CAPTURE(seed);
    bool const all = std::getenv("IGNEOUS_TEST_ALL_KILLS") != nullptr;
    long const stride = all ? 1 : 17;
    int kills = 0;
    for (std::string const& output : outputs) {
        long die_at = all ? 0 : static_cast<long>(seed % 17);
        for (bool got_away = false; !got_away; die_at += stride) {
            TemporaryFolder const folder;
            CAPTURE(output, die_at);
            auto const data = folder / "data", words = folder / "words";
            fs::path const pictures = output == "-" ? data / "pictures" : fs::path(output);
            got_away = QueueUser(data, words, "k", 2, output, die_at).wait() == 0;
            kills += !got_away;
            check_queue(data, pictures, words);
            REQUIRE(QueueUser(data, words, "after", 1, output).wait() == 0);
            check_queue(data, pictures, words);
            check_finished(data);
            if (output != "-")
                for (auto const& entry : fs::directory_iterator(output))
                    fs::remove_all(entry.path());
        }
    }
    INFO(std::format("{} kills", kills));
    CHECK(kills > (all ? 300 : 15));
}
