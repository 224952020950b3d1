// SPDX-License-Identifier: Apache-2.0
// Recordings, submissions, the timeline and times.
#include "compute/tensor/error.h"
#include "tests/compute/device/fresh_device.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <atomic>
#include <thread>

using namespace igneous;
using namespace igneous::test;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

namespace {

constexpr std::uint32_t count = 4099;

struct Numbers {
    std::shared_ptr<Device> device = fresh_device();
    std::unique_ptr<Buffer> x = device->memory().allocate(count * 4, Intent::activations, "x");
    std::unique_ptr<Buffer> y = device->memory().allocate(count * 4, Intent::activations, "y");
    Numbers() { write_floats(*device, *x, std::vector<float>(count, 0.0f)); }
};

}

TEST_CASE("a recording runs again each time it is submitted")
{
    Numbers n;
    Dispatch const increment = scale_dispatch(*n.x, *n.x, count, 1, 1);
    std::vector<BoundDispatch> const list { bound(increment), bound(increment), bound(increment) };
    auto const recording = n.device->record(list);
    TimelinePoint last = n.device->last_submitted();
    for (int i = 0; i < 100; ++i) {
        TimelinePoint const point = n.device->submit(*recording);
        REQUIRE(point > last);
        last = point;
    }
    CHECK(read_floats(*n.device, *n.x, count) == std::vector<float>(count, 300.0f));
}

TEST_CASE("a recording keeps nothing of the dispatches it was made of, and may go while it runs")
{
    Numbers n;
    {
        std::unique_ptr<Recording> recording;
        {
            Dispatch const increment = scale_dispatch(*n.x, *n.x, count, 1, 1);
            std::vector<BoundDispatch> const list(50, bound(increment));
            recording = n.device->record(list);
        }
        n.device->submit(*recording);
    }
    CHECK(read_floats(*n.device, *n.x, count) == std::vector<float>(count, 50.0f));
}

TEST_CASE("dispatches with a barrier see what those before wrote")
{
    Numbers n;
    Dispatch const there = scale_dispatch(*n.x, *n.y, count, 2, 1), back = scale_dispatch(*n.y, *n.x, count, 1, 0);
    std::vector<BoundDispatch> list;
    for (int i = 0; i < 10; ++i) {
        list.push_back(bound(there));
        list.push_back(bound(back));
    }
    n.device->submit_once(list);
    CHECK(read_floats(*n.device, *n.x, count) == std::vector<float>(count, 1023.0f));
}

TEST_CASE("the timeline rises and can be waited for")
{
    Numbers n;
    Dispatch const increment = scale_dispatch(*n.x, *n.x, count, 1, 1);
    BoundDispatch const step = bound(increment);
    CHECK(n.device->reached(0));
    TimelinePoint const first = n.device->submit_once({ &step, 1 });
    TimelinePoint const second = n.device->submit_once({ &step, 1 });
    CHECK(second > first);
    CHECK(n.device->last_submitted() == second);
    n.device->wait(second);
    CHECK(n.device->reached(first));
    CHECK(n.device->reached(second));
    CHECK(!n.device->reached(second + 1));
    CHECK_THROWS_AS(n.device->wait(second + 1), Error);   // nobody will ever signal it
    n.device->wait_idle();
}

TEST_CASE("times are taken per dispatch")
{
    Numbers n;
    Dispatch const increment = scale_dispatch(*n.x, *n.x, count, 1, 1);
    std::vector<BoundDispatch> const list(7, bound(increment));
    auto const timed = n.device->record(list, true);
    CHECK_THROWS_AS(n.device->timestamps(*timed), Error);
    for (int i = 0; i < 3; ++i)
        n.device->submit(*timed);
    auto const times = n.device->timestamps(*timed);
    REQUIRE(times.size() == 7);
    for (double milliseconds : times) {
        CHECK(milliseconds >= 0);
        CHECK(milliseconds < 10000);
    }
    auto const plain = n.device->record(list);
    n.device->submit(*plain);
    CHECK_THROWS_AS(n.device->timestamps(*plain), Error);
    CHECK(read_floats(*n.device, *n.x, count) == std::vector<float>(count, 28.0f));
}

TEST_CASE("pipelines are prepared in parallel, for all dispatches")
{
    Numbers n;
    std::vector<Dispatch> dispatches;
    for (std::uint32_t workgroup : { 32, 64, 128, 256 }) {
        for (std::uint32_t activation = 0; activation < 3; ++activation) {
            Dispatch d = scale_dispatch(*n.x, *n.y, count, 1, 0);
            d.constants = { workgroup, activation };
            dispatches.push_back(d);
            dispatches.push_back(d);   // twice the same
        }
    }
    std::vector<Dispatch const*> list;
    for (Dispatch const& d : dispatches)
        list.push_back(&d);
    n.device->prepare(list);
    n.device->prepare(list);
    n.device->prepare({});
    Dispatch unknown = dispatches[0];
    unknown.shader = "no/such_shader";
    list.push_back(&unknown);
    CHECK_THROWS_MATCHES(n.device->prepare(list), Error, MessageMatches(ContainsSubstring("no/such_shader")));
}

TEST_CASE("dispatches that a device cannot run are refused by name")
{
    Numbers n;
    auto refused = [&](Dispatch const& dispatch, std::string const& part) {
        BoundDispatch const step = bound(dispatch);
        CHECK_THROWS_MATCHES(n.device->submit_once({ &step, 1 }), Error, MessageMatches(ContainsSubstring(part)));
        CHECK_THROWS_MATCHES(n.device->record({ &step, 1 }), Error, MessageMatches(ContainsSubstring(part)));
    };
    Dispatch const good = scale_dispatch(*n.x, *n.x, count, 1, 1);
    Dispatch wrong = good;
    wrong.groups = { 1, 0, 1 };
    refused(wrong, "workgroups");
    wrong = good;
    wrong.groups[2] = n.device->profile().max_workgroup_count[2] + 1;
    if (wrong.groups[2] != 0)
        refused(wrong, "elementwise/unary");
    wrong = good;
    wrong.push.resize(132);
    refused(wrong, "132 bytes");
    wrong = good;
    wrong.subgroup_size = 3;
    refused(wrong, "subgroups of 3");
    wrong.subgroup_size = n.device->profile().max_subgroup_size * 2;
    refused(wrong, "subgroups");
    wrong = good;
    wrong.subgroup_size = n.device->profile().subgroup_size;
    wrong.full_subgroups = true;
    wrong.constants[0] = n.device->profile().subgroup_size;
    wrong.groups = { 1 + count / wrong.constants[0], 1, 1 };
    BoundDispatch const step = bound(wrong);   // is fine
    n.device->submit_once({ &step, 1 });
    CHECK(read_floats(*n.device, *n.x, count) == std::vector<float>(count, 1.0f));
}

TEST_CASE("several threads may submit, each in its own order")
{
    Numbers n;
    constexpr int rounds = 50;
    std::atomic<int> wrong = 0;
    auto work = [&](int seed) {
        auto const mine = n.device->memory().allocate(count * 4, Intent::activations, "mine");
        Dispatch const increment = scale_dispatch(*mine, *mine, count, 1, 1);
        BoundDispatch const step = bound(increment);
        auto const recording = n.device->record({ &step, 1 });
        for (int i = 0; i < rounds; ++i) {
            float const start = static_cast<float>(i * seed);
            write_floats(*n.device, *mine, std::vector<float>(count, start));
            n.device->submit(*recording);
            n.device->submit_once({ &step, 1 });
            wrong += read_floats(*n.device, *mine, count) != std::vector<float>(count, start + 2);
        }
    };
    {
        std::vector<std::jthread> threads;
        for (int seed = 1; seed <= 3; ++seed)
            threads.emplace_back(work, seed);
    }
    CHECK(wrong == 0);
}
