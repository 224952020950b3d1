// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/plan.h"

#include "compute/ops/ops.h"
#include "tests/support/weights.h"

#include <catch2/catch_test_macros.hpp>

using namespace igneous;

namespace {

Weight shape_only(std::string name, Shape shape)
{
    return std::make_shared<WeightSource>(WeightSource { std::move(name), DType::f16, shape, {}, nullptr });
}

}

TEST_CASE("plan: bytes are known without a GPU and without weights' bytes")
{
    auto graph = std::make_shared<Graph>(DType::f16);
    Tensor x = graph->input("x", DType::f16, { 1, 64, 320 }, Rate::step);
    for (int i = 0; i < 10; ++i)
        x = silu(linear(x, graph->weight(shape_only("w" + std::to_string(i), { 320, 320 }))));
    graph->output("y", x);
    Plan const plan = make_plan(graph, {});
    CHECK(plan.arena_bytes == 2 * 64 * 320 * 2);            // a chain needs two values, whatever its length
    CHECK(plan.persistent_bytes == 2 * 64 * 320 * 2);       // x and y
    CHECK(plan.weight_bytes >= 10 * 320 * 320 * 2);
    CHECK(plan.flops_per_step == 10 * 2.0 * 64 * 320 * 320);
    CHECK(plan.flops_per_request == 0);
}

TEST_CASE("plan: what depends on the text only runs once per request")
{
    auto graph = std::make_shared<Graph>();
    Tensor const text = graph->input("text", DType::f32, { 1, 77, 64 }, Rate::request);
    Tensor const x = graph->input("x", DType::f32, { 1, 16, 64 }, Rate::step);
    Weight const key_weight = shape_only("k", { 64, 64 });
    Tensor const k = linear(text, graph->weight(key_weight));
    Tensor const v = linear(silu(text), graph->weight(shape_only("v", { 64, 64 })));
    graph->output("y", attention(x, k, v, 4, 0.25f));
    Plan const plan = make_plan(graph, {});
    REQUIRE(plan.request_steps >= 3);
    for (std::size_t i = 0; i < plan.steps.size(); ++i)
        CHECK((plan.steps[i].rate == Rate::request) == (i < plan.request_steps));
    CHECK(plan.values[plan.node_values[k.node]].storage == Storage::persistent);
    CHECK(plan.values[plan.node_values[v.node]].storage == Storage::persistent);
    CHECK(plan.steps[plan.request_steps].barrier_before);
}

TEST_CASE("plan: a dispatch waits for what it reads and only then")
{
    auto graph = std::make_shared<Graph>();
    Tensor const x = graph->input("x", DType::f32, { 1, 16, 64 }, Rate::step);
    Tensor const a = silu(x);
    Tensor const b = activate(x, Activation::tanh);         // independent of a
    graph->output("y", a * b);
    Plan const plan = make_plan(graph, { .profile = {}, .fuse = false });
    REQUIRE(plan.steps.size() == 3);
    CHECK(plan.steps[0].barrier_before);
    CHECK_FALSE(plan.steps[1].barrier_before);
    CHECK(plan.steps[2].barrier_before);
}

TEST_CASE("plan: what blocks make of the time runs first and side by side")
{
    auto graph = std::make_shared<Graph>(DType::f16);
    Tensor x = graph->input("x", DType::f16, { 2, 8, 8, 32 }, Rate::step);
    Tensor const time = silu(linear(graph->input("time", DType::f16, { 2, 32 }, Rate::step),
        graph->weight(shape_only("time", { 64, 32 }))));
    for (std::string const block : { "a", "b", "c" })
        x = conv2d(x, graph->weight(shape_only(block, { 32, 32, 1, 1 })), {}, {})
            + reshape(linear(time, graph->weight(shape_only(block + ".time", { 32, 64 }))), { 2, 1, 1, 32 });
    graph->output("y", x);
    Plan const plan = make_plan(graph, {});
    REQUIRE(plan.steps.size() == 7);
    std::vector<bool> waits;
    for (PlanStep const& step : plan.steps)
        waits.push_back(step.barrier_before);
    CHECK(waits == std::vector<bool> { true, true, false, false, true, true, true });
}

TEST_CASE("plan: a sum takes the place of a residual that nobody reads afterwards")
{
    auto const arena = [](bool read_again) {
        auto graph = std::make_shared<Graph>(DType::f16);
        Tensor const x = silu(graph->input("x", DType::f16, { 1, 64, 256 }, Rate::step));
        Tensor const h = linear(x, graph->weight(shape_only("a", { 256, 256 })));
        Tensor const y = linear(h, graph->weight(shape_only("b", { 256, 256 }))) + x;
        graph->output("y", read_again ? silu(y) + x : silu(y));
        return make_plan(graph, {}).arena_bytes / (64 * 256 * 2);
    };
    CHECK(arena(false) == 2);
    CHECK(arena(true) == 3);
}

TEST_CASE("plan: dead nodes cost nothing and reshapes are no dispatches")
{
    auto graph = std::make_shared<Graph>();
    Tensor const x = graph->input("x", DType::f32, { 2, 4, 4, 8 }, Rate::step);
    silu(x);                                                // nobody reads it
    graph->output("y", reshape(silu(reshape(x, { 2, 16, 8 })), { 2, 4, 4, 8 }));
    Plan const plan = make_plan(graph, {});
    CHECK(plan.steps.size() == 1);
    CHECK(plan.arena_bytes == 0);
}

TEST_CASE("plan: equal packings of one weight are one copy")
{
    auto graph = std::make_shared<Graph>();
    Tensor const x = graph->input("x", DType::f32, { 1, 16, 64 }, Rate::step);
    Weight const weight = shape_only("w", { 64, 64 });
    graph->output("y", linear(linear(x, graph->weight(weight)), graph->weight(weight)));
    Plan const twice = make_plan(graph, {});
    auto single = std::make_shared<Graph>();
    Tensor const z = single->input("x", DType::f32, { 1, 16, 64 }, Rate::step);
    single->output("y", linear(z, single->weight(weight)));
    CHECK(twice.weight_bytes == make_plan(single, {}).weight_bytes);
}
