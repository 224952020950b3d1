// SPDX-License-Identifier: Apache-2.0
// Weights that do not all fit come when their turn comes; what is computed is the same to the last bit.
#include "compute/graph/weight_stream.h"

#include "compute/graph/program.h"
#include "compute/memory/memory.h"
#include "compute/memory/weight_store.h"
#include "tests/support/check.h"
#include "tests/support/test_device.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <format>
#include <stop_token>
#include <thread>

using namespace igneous;

namespace {

constexpr std::int64_t width = 160;                        // 160 x 160 weights: 100 KiB in 32 bits

Tensor layer(test::TestGraph& t, std::string const& name, Tensor x, std::int64_t out = width)
{
    double const deviation = 1 / std::sqrt(static_cast<double>(x.shape.channels()));
    return silu(linear(x, t.weight(name, { out, x.shape.channels() }, { .deviation = deviation }),
        t.weight(name + ".bias", { out })));
}

/// Layers of a step and, before them, of the request; one weight is used twice.
void build(test::TestGraph& t, int layers)
{
    Tensor text = t.input("text", { 1, 7, width }, {}, Rate::request);
    for (int i = 0; i < 3; ++i)
        text = layer(t, std::format("text.{}", i), text);
    Tensor x = t.input("x", { 1, 33, width });
    Tensor const twice = t.weight("twice", { width, width }, { .deviation = 0.08 });
    x = linear(x, twice) + attention(x, text, text, 4, 0.15f);
    for (int i = 0; i < layers; ++i)
        x = layer(t, std::format("wide.{}", i), layer(t, std::format("narrow.{}", i), x, 3 * width), width) + x;
    t.output(cast(linear(x, twice), DType::f32));
}

std::shared_ptr<Plan const> planned(test::TestGraph& t, std::uint64_t weight_limit, DeviceProfile const& profile = {})
{
    return std::make_shared<Plan const>(make_plan(t.share(), { .profile = profile, .weight_limit = weight_limit }));
}

std::shared_ptr<Plan const> planned(int layers, std::uint64_t weight_limit)
{
    test::TestGraph t(DType::f32, 1);
    build(t, layers);
    return planned(t, weight_limit);
}

/// Every dispatch finds the streamed weights it reads where the segments have brought them.
void check_segments(Plan const& plan)
{
    REQUIRE_FALSE(plan.segments.empty());
    for (std::size_t i = 1; i < plan.segments.size(); ++i)
        CHECK(plan.segments[i - 1].begin < plan.segments[i].begin);
    std::vector<int> brought(plan.values.size(), -1);
    std::uint64_t const half = plan.window_bytes / 2;
    int segment = -1;
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        if (segment + 1 < static_cast<int>(plan.segments.size()) && plan.segments[static_cast<std::size_t>(segment + 1)].begin == i) {
            ++segment;
            std::uint64_t end = static_cast<std::uint64_t>(segment % 2) * half;
            for (std::uint32_t index : plan.segments[static_cast<std::size_t>(segment)].weights) {
                PlanValue const& value = plan.values[index];
                CHECK(value.storage == Storage::window);
                CHECK(value.offset >= end);
                CHECK(value.offset % 256 == 0);
                CHECK(brought[index] == -1);               // nothing is brought twice
                end = value.offset + value.bytes;
                CHECK(end <= static_cast<std::uint64_t>(segment % 2 + 1) * half);
                brought[index] = segment;
            }
        }
        for (Relocation const& relocation : plan.steps[i].dispatch.relocations)
            if (plan.values[relocation.location.value].storage == Storage::window)
                CHECK(brought[relocation.location.value] == segment);
    }
    CHECK(segment + 1 == static_cast<int>(plan.segments.size()));
    for (PlanValue const& value : plan.values)
        if (value.label == "twice")
            CHECK(value.storage == Storage::weight);
}

}

TEST_CASE("weight stream: the device keeps to the limit, and what is streamed is spread over the steps", "[compute][graph]")
{
    auto const whole = planned(12, 0);
    CHECK(whole->segments.empty());
    CHECK(planned(12, whole->weight_bytes)->segments.empty());
    for (std::uint64_t percent : { 90, 70, 50, 40 }) {
        std::uint64_t const limit = whole->weight_bytes * percent / 100;
        auto const plan = planned(12, limit);
        INFO(percent << " % of " << whole->weight_bytes << ": " << plan->weight_bytes << " stay, window " << plan->window_bytes);
        CHECK(plan->weight_bytes + plan->window_bytes <= limit);
        CHECK(plan->weight_bytes + plan->window_bytes + 2 * width * 3 * width * 4 >= limit);    // no more than has to be
        CHECK(plan->weight_bytes + plan->streamed_bytes == whole->weight_bytes);
        check_segments(*plan);
        // The first and the second half of the steps wait for about as many bytes.
        std::uint64_t early = 0;
        for (Segment const& segment : plan->segments)
            for (std::uint32_t index : segment.weights)
                early += segment.begin < plan->steps.size() / 2 ? plan->values[index].bytes : 0;
        double const share = static_cast<double>(early) / static_cast<double>(plan->streamed_bytes);
        CHECK(share > 0.3);
        CHECK(share < 0.7);
    }
}

TEST_CASE("weight stream: a limit below the least streams all it can", "[compute][graph]")
{
    auto const plan = planned(6, 1);
    check_segments(*plan);
    std::uint64_t largest = 0;
    for (PlanValue const& value : plan->values) {
        if (value.storage == Storage::weight)
            CHECK((value.bytes < 64 << 10 || value.label == "twice"));
        else if (value.storage == Storage::window)
            largest = std::max(largest, value.bytes);
    }
    CHECK(plan->window_bytes == 2 * ((largest + 255) / 256 * 256));
}

TEST_CASE("weight stream: the result is that of weights that stay, run after run", "[compute][graph]")
{
    auto const device = test::test_device();
    for (DType tier : { DType::f32, DType::f16 }) {
        test::TestGraph t(tier, test::test_seed());
        build(t, 8);
        auto const whole = planned(t, 0, device->profile());
        Program expected(device, whole, WeightStore::create(device));
        for (std::uint64_t percent : { 80, 45, 0 }) {
            test::TestGraph again(tier, test::test_seed());
            build(again, 8);
            auto const plan = planned(again, std::max<std::uint64_t>(1, whole->weight_bytes * percent / 100), device->profile());
            INFO(name_of(tier) << ", " << percent << " %: " << plan->segments.size() << " segments");
            REQUIRE_FALSE(plan->segments.empty());
            Program program(device, plan, WeightStore::create(device));
            for (int run = 0; run < 3; ++run) {
                HostTensor x = t.inputs().at("x");
                if (run == 1)
                    std::rotate(x.bytes.begin(), x.bytes.begin() + 64, x.bytes.end());      // other numbers
                for (Program* each : { &expected, &program }) {
                    each->write("text", t.inputs().at("text"));
                    each->write("x", x);
                    if (run != 2)
                        each->run_request();
                    each->run_step();
                    each->run_step();                       // the window is full of the last step's by now
                }
                CHECK(program.read("y").bytes == expected.read("y").bytes);
            }
            program.run_profiled();
            CHECK(program.read("y").bytes == expected.read("y").bytes);
        }
    }
    CHECK(test::validation_complaints(*device).empty());
}

TEST_CASE("weight stream: a run that was cancelled halfway does no harm to the next", "[compute][graph]")
{
    auto const device = test::test_device();
    test::TestGraph t(DType::f32, test::test_seed());
    build(t, 8);
    auto const plan = planned(t, 1, device->profile());
    REQUIRE(plan->segments.size() > 6);
    auto const run = [&](Program& program) {
        for (auto const& [name, value] : t.inputs())
            program.write(name, value);
        program.run();
        return program.read("y").bytes;
    };
    Program program(device, plan, WeightStore::create(device));
    auto const expected = run(program);
    for (int i = 0; i < 5; ++i) {
        std::stop_source stop;
        std::jthread const stopper([&] { stop.request_stop(); });
        try {
            program.run_step(stop.get_token());
        } catch (Error const& error) {
            CHECK(error.code() == ErrorCode::cancelled);
        }
        CHECK(run(program) == expected);
    }
    auto abandoned = std::make_unique<Program>(device, plan, WeightStore::create(device));
    abandoned->run_request();
    abandoned.reset();                                      // with the first step's weights on their way
    CHECK(test::validation_complaints(*device).empty());
}

TEST_CASE("weight stream: streamed weights take the computer's memory, once for all programs", "[compute][graph]")
{
    auto const device = test::test_device();
    test::TestGraph t(DType::f32, test::test_seed());
    build(t, 8);
    auto const plan = planned(t, 1, device->profile());
    auto const used = [&](Intent intent) { return device->memory().use().by_intent[static_cast<std::size_t>(intent)]; };
    std::uint64_t const weights = used(Intent::weights), host = used(Intent::host), total = device->memory().use().total;
    {
        auto const on_host = WeightStore::create(device);
        for (int i = 0; i < 2; ++i) {
            Program const program(device, plan, WeightStore::create(device, on_host));
            std::uint64_t const padding = 256 * plan->values.size();
            CHECK(used(Intent::weights) - weights >= plan->weight_bytes + plan->window_bytes);
            CHECK(used(Intent::weights) - weights <= plan->weight_bytes + plan->window_bytes + padding);
            CHECK(used(Intent::host) - host >= plan->streamed_bytes);
            CHECK(used(Intent::host) - host <= plan->streamed_bytes + padding);
            CHECK(device->memory().use().total - total
                  <= plan->weight_bytes + plan->window_bytes + plan->persistent_bytes + padding);
        }
        CHECK(on_host->bytes() == 0);                       // of the device
        CHECK(used(Intent::host) > host);
    }
    CHECK(used(Intent::host) == host);
    CHECK(used(Intent::weights) == weights);
}

TEST_CASE("weight stream: what adapters change is streamed too", "[compute][graph]")
{
    auto const device = test::test_device();
    auto const build_adapted = [](test::TestGraph& t) {
        Tensor x = t.input("x", { 1, 33, width });
        for (int i = 0; i < 6; ++i) {
            x = layer(t, std::format("{}", i), x);
            Node const up = t.graph().nodes()[t.weight(std::format("up.{}", i), { width, 4 }).node];
            Node const down = t.graph().nodes()[t.weight(std::format("down.{}", i), { 4, width }).node];
            for (Node& node : t.graph().nodes())
                if (node.weight && node.weight->name == std::to_string(i)) {
                    auto changed = std::make_shared<WeightSource>(
                        WeightSource { node.weight->name, node.weight->dtype, node.weight->shape, {}, nullptr });
                    changed->base = node.weight;
                    changed->terms = { { up.weight, down.weight, 0.05 } };
                    node.weight = changed;
                }
        }
        t.output(cast(x, DType::f32));
    };
    std::vector<std::vector<std::byte>> results;
    for (std::uint64_t limit : { 0, 1 }) {
        test::TestGraph t(DType::f16, test::test_seed());
        build_adapted(t);
        auto const plan = planned(t, limit, device->profile());
        CHECK(plan->segments.empty() == (limit == 0));
        Program program(device, plan, WeightStore::create(device));
        program.write("x", t.inputs().at("x"));
        program.run();
        results.push_back(program.read("y").bytes);
    }
    CHECK(results[0] == results[1]);
}
