// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/fusion.h"

#include "compute/ops/ops.h"
#include "tests/support/weights.h"

#include <catch2/catch_test_macros.hpp>

using namespace igneous;

namespace {

/// Names and settings of what an output still needs, in order.
std::vector<std::string> live_ops(Graph const& graph)
{
    std::vector<bool> live(graph.nodes().size());
    for (auto const& output : graph.outputs())
        live[output.node] = true;
    std::vector<std::string> names;
    for (std::size_t i = graph.nodes().size(); i-- > 0;) {
        Node const& node = graph.nodes()[i];
        if (!live[i])
            continue;
        for (NodeId input : node.inputs)
            live[input] = true;
        if (node.op)
            names.insert(names.begin(), std::string(node.op->name()));
    }
    return names;
}

template<class T>
T const& op_of(Graph const& graph, Graph::Output const& output)
{
    auto const* op = dynamic_cast<T const*>(graph.nodes()[output.node].op.get());
    REQUIRE(op);
    return *op;
}

struct Fixture {
    Graph graph;
    Tensor x = graph.input("x", DType::f32, { 2, 6, 6, 8 }, Rate::step);
    Tensor conv_weight = graph.input("cw", DType::f32, { 8, 8, 3, 3 }, Rate::request);
    Tensor wide_weight = graph.input("ww", DType::f32, { 8, 16, 3, 3 }, Rate::request);
    Tensor linear_weight = graph.input("lw", DType::f32, { 8, 8 }, Rate::request);
    Tensor gate_weight = graph.input("gw", DType::f32, { 16, 8 }, Rate::request);
    Tensor scale = graph.input("s", DType::f32, { 8 }, Rate::request);
    Tensor wide_scale = graph.input("ws", DType::f32, { 16 }, Rate::request);
    ConvSettings same { 1, 1, 1, 1, 1, 1 };
};

}

TEST_CASE_METHOD(Fixture, "fuse: a resnet block becomes two norms and two convolutions")
{
    Tensor const time = graph.input("time", DType::f32, { 2, 1, 1, 8 }, Rate::step);
    Tensor h = conv2d(silu(group_norm(x, scale, scale, 4, 1e-5f)), conv_weight, {}, same);
    h = h + time;
    h = conv2d(silu(group_norm(h, scale, scale, 4, 1e-5f)), conv_weight, {}, same);
    graph.output("y", x + h);
    fuse(graph);
    CHECK(live_ops(graph) == std::vector<std::string> { "group_norm", "conv2d", "group_norm", "conv2d" });
    auto const& last = op_of<Conv2dOp>(graph, graph.outputs()[0]);
    CHECK(last.residual);
    CHECK_FALSE(last.channel_add);
    Node const& node = graph.nodes()[graph.outputs()[0].node];
    CHECK(node.inputs.size() == 3);
    CHECK(node.inputs.back() == x.node);
}

TEST_CASE_METHOD(Fixture, "fuse: geglu, activation and residual become epilogues of linear")
{
    graph.output("gated", linear(geglu(linear(x, gate_weight)), linear_weight) + x);
    graph.output("activated", activate(linear(x, linear_weight), Activation::quick_gelu));
    fuse(graph);
    CHECK(live_ops(graph) == std::vector<std::string> { "linear", "linear", "linear" });
    CHECK(op_of<LinearOp>(graph, graph.outputs()[0]).residual);
    CHECK(op_of<LinearOp>(graph, graph.outputs()[1]).activation == Activation::quick_gelu);
}

TEST_CASE_METHOD(Fixture, "fuse: a concatenation read by norm and convolution is never made")
{
    Tensor const both = concat(x, silu(x));
    Tensor const h = silu(group_norm(both, wide_scale, wide_scale, 4, 1e-5f));
    graph.output("y", conv2d(h, wide_weight, {}, same) + conv2d(both, wide_weight, {}, same));
    fuse(graph);
    auto const ops = live_ops(graph);
    CHECK(std::ranges::count(ops, "concat") == 0);
    CHECK(std::ranges::count(ops, "binary") == 0);
}

TEST_CASE_METHOD(Fixture, "fuse: a concatenation that something else reads stays")
{
    Tensor const both = concat(x, x);
    graph.output("y", group_norm(both, wide_scale, wide_scale, 4, 1e-5f) + both);
    fuse(graph);
    CHECK(std::ranges::count(live_ops(graph), "concat") == 1);
}

TEST_CASE_METHOD(Fixture, "fuse: a value with two readers, or one that is an output, stays itself")
{
    Tensor const h = linear(x, linear_weight);
    graph.output("a", silu(h));
    graph.output("b", h * x);
    Tensor const kept = linear(x, linear_weight);
    graph.output("kept", kept);
    graph.output("c", silu(kept));
    fuse(graph);
    auto const ops = live_ops(graph);
    CHECK(std::ranges::count(ops, "linear") == 2);
    CHECK(std::ranges::count(ops, "unary") == 2);
}

TEST_CASE_METHOD(Fixture, "fuse: x + x keeps its addition")
{
    Tensor const h = linear(x, linear_weight);
    graph.output("y", h + h);
    fuse(graph);
    CHECK(live_ops(graph) == std::vector<std::string> { "linear", "binary" });
}
