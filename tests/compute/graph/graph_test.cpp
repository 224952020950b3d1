// SPDX-License-Identifier: Apache-2.0
#include "compute/ops/ops.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace igneous;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

namespace {

Tensor given(Graph& graph, char const* name, Shape shape, DType dtype = DType::f32, Rate rate = Rate::step)
{
    return graph.input(name, dtype, shape, rate);
}

}

TEST_CASE("ops infer shapes")
{
    Graph graph;
    Tensor const x = given(graph, "x", { 2, 9, 7, 12 });
    Tensor const w = given(graph, "w", { 20, 12, 3, 3 });
    CHECK(conv2d(x, w, {}, { 1, 1, 1, 1, 1, 1 }).shape == Shape { 2, 9, 7, 20 });
    CHECK(conv2d(x, w, {}, { 2, 0, 0, 1, 1, 1 }).shape == Shape { 2, 4, 3, 20 });
    CHECK(conv2d(x, w, {}, { 1, 1, 1, 1, 1, 2 }).shape == Shape { 2, 18, 14, 20 });
    CHECK(average_pool(x).shape == Shape { 2, 4, 3, 12 });
    CHECK(resample(x, 5, 30, Filter::bilinear).shape == Shape { 2, 5, 30, 12 });
    CHECK(geglu(x).shape == Shape { 2, 9, 7, 6 });
    CHECK(concat(x, x).shape == Shape { 2, 9, 7, 24 });
    CHECK(slice_channels(x, 3, 4).shape == Shape { 2, 9, 7, 4 });
    CHECK(linear(x, given(graph, "m", { 5, 12 })).shape == Shape { 2, 9, 7, 5 });
    CHECK(time_embedding(given(graph, "t", { 2 }), 320, true, 0).shape == Shape { 2, 320 });
}

TEST_CASE("ops say who, got and expected")
{
    Graph graph;
    Tensor const x = given(graph, "x", { 2, 8, 8, 12 });
    Tensor const tokens = given(graph, "tokens", { 2, 5, 12 });
    auto const says = [](auto const& text) { return MessageMatches(ContainsSubstring(text)); };
    CHECK_THROWS_MATCHES(linear(x, given(graph, "w1", { 5, 13 })), Error, says("linear: x [2, 8, 8, 12] has 12 channels"));
    CHECK_THROWS_MATCHES(group_norm(x, given(graph, "s", { 12 }), given(graph, "b", { 12 }), 5, 1e-5f), Error, says("12 channels do not split into 5 groups"));
    CHECK_THROWS_MATCHES(attention(tokens, tokens, tokens, 5, 1.0f), Error, says("12 channels do not split into 5 heads"));
    CHECK_THROWS_MATCHES(concat(x, tokens), Error, says("concat: a f32 [2, 8, 8, 12] and b f32 [2, 5, 12]"));
    CHECK_THROWS_MATCHES(add(x, tokens), Error, says("b [2, 5, 12] cannot be broadcast to a [2, 8, 8, 12]"));
    CHECK_THROWS_MATCHES(conv2d(x, given(graph, "w2", { 4, 12, 11, 3 }), {}, {}), Error, says("smaller than the kernel"));
    CHECK_THROWS_MATCHES(reshape(x, { 3, 5 }), Error, says("has 15"));
    CHECK_THROWS_MATCHES(slice_channels(x, 8, 6), Error, says("[8, 14) is not inside the 12 channels"));
    CHECK_THROWS_MATCHES(graph.input("x", DType::f32, { 1 }, Rate::step), Error, says("already an input named x"));
    CHECK_THROWS_MATCHES(add(x, given(graph, "half", { 12 }, DType::f16)), Error, says("a is f32 and b is f16"));
}

TEST_CASE("a node is as fast as its fastest input")
{
    Graph graph;
    Tensor const text = given(graph, "text", { 1, 4, 8 }, DType::f32, Rate::request);
    Tensor const x = given(graph, "x", { 1, 4, 8 });
    CHECK(graph.nodes()[silu(text).node].rate == Rate::request);
    CHECK(graph.nodes()[add(x, text).node].rate == Rate::step);
}

TEST_CASE("scopes name nodes")
{
    Graph graph;
    Tensor const x = given(graph, "x", { 1, 4, 8 });
    auto const outer = graph.scope("down_blocks.0");
    {
        auto const inner = graph.scope("resnets.1");
        CHECK(graph.nodes()[silu(x).node].label == "down_blocks.0.resnets.1");
    }
    CHECK(graph.nodes()[silu(x).node].label == "down_blocks.0");
}
