// SPDX-License-Identifier: Apache-2.0
// Edits of the queue and their way back.
#include "app/jobs/queue_edits.h"
#include "app/jobs/job_store.h"
#include "tests/app/process.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <random>

using namespace igneous;
using igneous::test::TemporaryFolder;

namespace {

std::vector<JobId> add_jobs(JobStore& store, int count)
{
    std::vector<JobId> ids;
    for (int i = 0; i < count; ++i) {
        NewJob job;
        job.request.prompt = std::to_string(i);
        ids.push_back(store.add(job));
    }
    return ids;
}

std::vector<JobId> waiting(JobStore& store) { return store.ids(std::array { JobState::queued }); }

}

TEST_CASE("queue edits: moves put jobs where they are asked for, and back", "[jobs]")
{
    TemporaryFolder const folder;
    JobStore store(folder.path());
    auto const ids = add_jobs(store, 6);
    auto const order = [&](std::initializer_list<std::size_t> places) {
        std::vector<JobId> out;
        for (std::size_t place : places)
            out.push_back(ids[place]);
        return out;
    };
    auto const check = [&](QueueEdit const& edit, std::vector<JobId> const& after) {
        edit.run(store);
        CHECK(waiting(store) == after);
        edit.revert(store);
        CHECK(waiting(store) == ids);
    };
    check(move_jobs({ ids[4], ids[5] }, ids[1]), order({ 0, 4, 5, 1, 2, 3 }));
    check(move_jobs({ ids[0], ids[2] }, 0), order({ 1, 3, 4, 5, 0, 2 }));
    check(move_jobs_to_front({ ids[5], ids[3] }), order({ 5, 3, 0, 1, 2, 4 }));
    check(shift_jobs({ ids[0], ids[3], ids[4] }, -1), order({ 0, 1, 3, 4, 2, 5 }));
    check(shift_jobs({ ids[2], ids[5] }, 1), order({ 0, 1, 3, 2, 4, 5 }));
}

TEST_CASE("queue edits: cancelled jobs wait again where they waited", "[jobs]")
{
    TemporaryFolder const folder;
    JobStore store(folder.path());
    auto const ids = add_jobs(store, 5);
    QueueEdit const edit = cancel_jobs({ ids[1], ids[3] });
    edit.run(store);
    CHECK(waiting(store) == std::vector { ids[0], ids[2], ids[4] });
    CHECK(store.find(ids[1])->state == JobState::cancelled);
    edit.revert(store);
    CHECK(waiting(store) == ids);
    edit.run(store);
    QueueEdit const again = retry_jobs({ ids[3] });
    again.run(store);
    CHECK(waiting(store) == std::vector { ids[0], ids[2], ids[4], ids[3] });
    again.revert(store);
    CHECK(store.find(ids[3])->state == JobState::cancelled);
}

TEST_CASE("queue edits: what was cleared comes back as it was", "[jobs]")
{
    TemporaryFolder const folder;
    JobStore store(folder.path());
    auto const ids = add_jobs(store, 4);
    cancel_jobs({ ids[0], ids[2] }).run(store);
    auto const before = store.ids();
    QueueEdit const clear = clear_ended();
    clear.run(store);
    CHECK(store.ids() == std::vector { ids[1], ids[3] });
    auto const later = add_jobs(store, 1);
    clear.revert(store);
    CHECK(store.count() == 5);
    CHECK(store.find(ids[2])->request.prompt == "2");
    CHECK(store.find(ids[2])->state == JobState::cancelled);
    clear.run(store);                      // and away again
    CHECK(store.ids() == std::vector { ids[1], ids[3], later[0] });
    CHECK(before.size() == 4);
}

TEST_CASE("queue edits: 1,000 jobs are reordered and cancelled", "[jobs]")
{
    TemporaryFolder const folder;
    JobStore store(folder.path());
    auto const ids = add_jobs(store, 1000);
    auto shuffled = ids;
    std::minstd_rand random(3);
    std::ranges::shuffle(shuffled, random);
    auto const began = std::chrono::steady_clock::now();
    QueueEdit const move = move_jobs_to_front(shuffled), cancel = cancel_jobs(ids);
    move.run(store);
    CHECK(waiting(store) == shuffled);
    cancel.run(store);
    CHECK(waiting(store).empty());
    cancel.revert(store);
    CHECK(waiting(store) == shuffled);
    move.revert(store);
    CHECK(waiting(store) == ids);
    auto const took = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
    std::printf("  1,000 jobs reordered, cancelled and both undone in %.0f ms\n", took);
    CHECK(took < 3000);
}
