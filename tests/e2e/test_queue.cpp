// SPDX-License-Identifier: Apache-2.0
// `igneous queue` with the real worker, which is killed: every job's pictures come, and each can be made again from its
// own file to the byte.
#include "app/picture/picture.h"
#include "tests/app/background_process.h"
#include "tests/e2e/starter.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <format>
#include <random>
#include <sstream>
#include <thread>

using namespace igneous;
using namespace igneous::test;
namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

/// A queue in a folder of its own.
struct Queue {
    TemporaryFolder folder;
    fs::path data = folder / "data", words = folder / "words";
    std::vector<std::string> environment { "IGNEOUS_DATA=" + data.string() };

    ProcessResult command(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), "queue");
        arguments.push_back("--json");
        auto const result = run_igneous(arguments, { .environment = environment });
        INFO(result.out + result.err);
        CHECK(result.exit_code == 0);
        return result;
    }
    std::int64_t add(std::string const& prompt, int seed, std::vector<std::string> const& more = {}) const
    {
        std::vector<std::string> arguments { "add", prompt, "--seed", std::to_string(seed), "--width", "64", "--height",
            "64" };
        arguments.insert(arguments.end(), more.begin(), more.end());
        return object(command(arguments), "added")["id"];
    }
    nlohmann::json job(std::int64_t id) const
    {
        for (auto const& one : objects(command({ "list", "--limit", "1000" })))
            if (one.contains("job") && one["job"]["id"] == id)
                return one["job"];
        FAIL("no job " << id);
        return {};
    }
    std::int64_t count(char const* state) const { return object(command({ "list", "--limit", "0" }), "queue")[state]; }
    std::vector<std::string> run_arguments() const
    {
        return { igneous_program(), "queue", "run", "--until-empty", "--json" };
    }
    std::vector<fs::path> pictures() const
    {
        std::vector<fs::path> all;
        std::error_code error;
        for (auto const& entry : fs::recursive_directory_iterator(data / "pictures", error))
            if (!entry.is_directory())
                all.push_back(entry.path());
        return all;
    }
};

/// Whether it was said within a minute, behind the first `from` characters.
bool wait_for_words(fs::path const& words, std::string const& awaited, std::size_t from = 0)
{
    for (auto const end = std::chrono::steady_clock::now() + 60s; std::chrono::steady_clock::now() < end;
         std::this_thread::sleep_for(2ms))
        if (read_text(words).find(awaited, from) != std::string::npos)
            return true;
    return false;
}

void check_made_again(Queue const& queue, fs::path const& picture)
{
    CAPTURE(picture);
    auto const again = queue.folder / "again.png";
    auto const made = run_igneous({ "generate", "--recipe", picture.string(), "--out", again.string() });
    INFO(made.out + made.err);
    REQUIRE(made.exit_code == 0);
    CHECK((read_text(again) == read_text(picture)));           // not to be printed
}

}

TEST_CASE("queue: three jobs, the worker killed in the middle, three pictures", "[e2e][queue]")
{
    require_starter();
    Queue const queue;
    std::vector<std::int64_t> ids;
    for (int i = 0; i < 3; ++i)
        ids.push_back(queue.add(std::format("a lake, picture {}", i), 40 + i, { "--steps", "6" }));
    BackgroundProcess run(queue.run_arguments(), queue.words, queue.environment);
    REQUIRE(wait_for_words(queue.words, std::format(R"({{"started":{{"job":{}}}}})", ids[1])));
    std::size_t const before = read_text(queue.words).size();
    REQUIRE(wait_for_words(queue.words, R"({"step":)", before));
    auto const workers = children_of(run.id());
    REQUIRE(workers.size() == 1);
    kill(workers[0], SIGKILL);
    INFO(read_text(queue.words));
    CHECK(run.wait() == 0);
    CHECK(queue.pictures().size() == 3);
    for (std::int64_t const id : ids) {
        auto const job = queue.job(id);
        CHECK(job["state"] == "done");
        REQUIRE(job["pictures"].size() == 1);
        check_made_again(queue, job["pictures"][0]["path"].get<std::string>());
    }
    auto const killed = queue.job(ids[1]);
    CHECK(killed["attempts"] == 2);
    CHECK(killed["frugal"] == true);
    CHECK(killed["message"].get<std::string>().find("tried again") != std::string::npos);
    CHECK(queue.job(ids[2])["attempts"] == 1);
}

TEST_CASE("queue: worker and runner are killed at random", "[e2e][queue]")
{
    require_starter();
    char const* given = std::getenv("IGNEOUS_TEST_WORKER_KILLS");
    int const kills = given ? std::atoi(given) : 6; // each of the worker, and one of the runner for three of them
    auto const seed = std::random_device()();
    CAPTURE(seed);
    std::mt19937 random(seed);
    Queue const queue;
    std::vector<std::int64_t> ids;
    int done = 0;
    while (done < kills) {
        ids.push_back(queue.add(std::format("a hill, picture {}", ids.size()), static_cast<int>(ids.size()),
            { "--steps", "4", "--batch", "2" }));
        BackgroundProcess run(queue.run_arguments(), queue.words, queue.environment);
        for (int i = 0; i < 3 && run.runs() && done < kills; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(random() % 1500));
            auto const workers = children_of(run.id());
            if (workers.empty())
                continue;
            kill(workers[0], SIGKILL);
            ++done;
        }
        if (random() % 2) {
            std::this_thread::sleep_for(std::chrono::milliseconds(random() % 500));
            run.send(SIGKILL);
        }
        run.wait();
    }
    // What was hit twice has failed and keeps its request.
    for (auto const& one : objects(queue.command({ "list", "--state", "failed", "--limit", "1000" })))
        if (one.contains("job")) {
            CHECK(one["job"]["message"].get<std::string>().find("before that") != std::string::npos);
            queue.command({ "retry", std::to_string(one["job"]["id"].get<std::int64_t>()) });
        }
    auto const last = queue.command({ "run", "--until-empty" });
    INFO(last.out);
    CHECK(queue.count("done") == std::ssize(ids));
    auto const pictures = queue.pictures();
    CHECK(pictures.size() == 2 * ids.size());
    std::vector<std::string> contents;
    for (fs::path const& picture : pictures) {
        CHECK_NOTHROW(read_picture(picture));
        contents.push_back(read_text(picture));
    }
    std::ranges::sort(contents);
    CHECK(std::ranges::adjacent_find(contents) == contents.end());
    check_made_again(queue, pictures[random() % pictures.size()]);
    for (auto const& entry : fs::recursive_directory_iterator(queue.data / "jobs"))
        FAIL_CHECK(entry.path() << " was left");
}

TEST_CASE("queue: Ctrl-C puts the job back and ends the worker", "[e2e][queue]")
{
    require_starter();
    Queue const queue;
    auto const id = queue.add("a lake", 1, { "--steps", "200" });
    BackgroundProcess run(queue.run_arguments(), queue.words, queue.environment);
    REQUIRE(wait_for_words(queue.words, R"({"step":)"));
    auto const workers = children_of(run.id());
    REQUIRE(workers.size() == 1);
    auto const begin = std::chrono::steady_clock::now();
    run.send(SIGINT);
    CHECK(run.wait() == 130);
    CHECK(std::chrono::steady_clock::now() - begin < 3s);
    CHECK(kill(workers[0], 0) != 0);
    CHECK(queue.job(id)["state"] == "queued");

    // Cancelled from another process while it runs.
    std::size_t const said = read_text(queue.words).size();
    BackgroundProcess again(queue.run_arguments(), queue.words, queue.environment);
    REQUIRE(wait_for_words(queue.words, R"({"step":)", said));
    queue.command({ "cancel", std::to_string(id) });
    CHECK(again.wait() == 0);
    CHECK(queue.job(id)["state"] == "cancelled");
    CHECK(queue.pictures().empty());
}

TEST_CASE("queue: the commands", "[e2e][queue]")
{
    Queue const queue;
    auto const model = queue.folder / "model";
    fs::create_directories(model);
    auto const add = [&](std::string const& prompt) { return queue.add(prompt, 1, { "--model", model.string() }); };
    auto const a = std::to_string(add("a")), b = std::to_string(add("b")), c = std::to_string(add("c"));
    queue.command({ "move", c, "--before", b });
    queue.command({ "move", a, "--back" });
    std::string order;
    for (auto const& one : objects(queue.command({ "list", "--state", "queued" })))
        if (one.contains("job"))
            order += one["job"]["request"]["prompt"];
    CHECK(order == "cba");
    CHECK(object(queue.command({ "cancel", a, b }), "cancelled").size() == 2);
    CHECK(object(queue.command({ "cancel", a }), "cancelled").empty());
    CHECK(object(queue.command({ "retry", b }), "queued").size() == 1);
    queue.command({ "pause" });
    CHECK(object(queue.command({ "list" }), "queue")["paused"] == true);
    auto const run = run_igneous({ "queue", "run", "--until-empty" }, { .environment = queue.environment });
    CHECK(run.exit_code == 2);
    CHECK(run.err.find("paused") != std::string::npos);
    queue.command({ "resume" });
    CHECK(object(queue.command({ "cancel", "--all" }), "cancelled").size() == 2);
    CHECK(object(queue.command({ "clear" }), "cleared") == 3);
    CHECK(object(queue.command({ "list" }), "queue")["queued"] == 0);

    auto const code = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "queue");
        return run_igneous(arguments, { .environment = queue.environment }).exit_code;
    };
    CHECK(code({ "add" }) == 2);
    CHECK(code({ "add", "a", "--prompt", "b" }) == 2);
    CHECK(code({ "add", "a", "--device", "0" }) == 2);
    CHECK(code({ "cancel", "77" }) == 2);
    CHECK(code({ "cancel" }) == 2);
    CHECK(code({ "move", "77", "--front" }) == 2);
    CHECK(code({ "list", "--state", "lost" }) == 2);
    CHECK(code({ "nonsense" }) == 2);
    CHECK(code({}) == 2);
    CHECK(code({ "--help" }) == 0);
    CHECK(code({ "add", "--help" }) == 0);

    // A model that was deleted while its job waited: the job says so, the queue is empty then.
    auto const gone = add("gone");
    fs::remove_all(model);
    auto const failed
        = run_igneous({ "queue", "run", "--until-empty", "--json" }, { .environment = queue.environment });
    CHECK(failed.exit_code == 3);
    CHECK(queue.job(gone)["error"] == "file_missing");
    CHECK(queue.job(gone)["message"].get<std::string>().find(model.string()) != std::string::npos);

    // A damaged database: told, kept, and the queue works.
    write_text(queue.data / "queue.db", std::string(5000, 'x'));
    CHECK(
        object(queue.command({ "list" }), "notice").get<std::string>().find("queue.damaged-1.db") != std::string::npos);
    CHECK(objects(queue.command({ "list" })).size() == 1);
}
