// SPDX-License-Identifier: Apache-2.0
#include "compute/tune/one_op.h"

#include "compute/kernels/norm/norm.h"
#include "compute/ops/attention.h"
#include "compute/ops/conv2d.h"
#include "compute/ops/linear.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace igneous {

namespace {

using Count = std::int64_t;

constexpr Count few_rows = 150, few_columns = 150;

/// Channels of a sum: several steps of any tile, and as even as they were.
Count few_channels(Count n) { return n <= 104 ? n : n % 4 == 0 ? 104 : 101; }

Weight random_weight(Shape shape)
{
    auto values = std::make_shared<HostTensor>(DType::f32, shape);
    std::mt19937 random(1);
    std::normal_distribution<float> normal(0, 1 / std::sqrt(static_cast<float>(shape.elements() / shape[0])));
    std::ranges::generate(values->f32(), [&] { return normal(random); });
    auto source = std::make_shared<WeightSource>();
    source->name = "random";
    source->shape = shape;
    source->bytes = values->bytes;
    source->owner = std::move(values);
    return source;
}

/// Takes a node's inputs one after the other, each in a shape that is given.
class SmallInputs {
public:
    SmallInputs(Graph const& whole, Node const& node, Graph& small)
        : m_whole(whole)
        , m_node(node)
        , m_small(small)
    {}
    Shape const& shape() const { return next().shape; }
    void take(Shape shape)
    {
        Node const& input = next();
        m_taken.push_back(input.weight ? m_small.weight(random_weight(shape))
                                       : m_small.input(std::to_string(m_taken.size()), input.dtype, shape, Rate::step));
    }
    std::vector<Tensor> const& taken() const { return m_taken; }

private:
    Node const& next() const { return m_whole.nodes()[m_node.inputs[m_taken.size()]]; }
    Graph const& m_whole;
    Node const& m_node;
    Graph& m_small;
    std::vector<Tensor> m_taken;
};

Shape small_linear(LinearOp const& op, Node const& node, SmallInputs& inputs)
{
    Count const rows = std::min(inputs.shape().rows(), few_rows), channels = few_channels(inputs.shape().channels());
    Count const columns = std::min(node.shape.channels(), few_columns), width = op.geglu ? 2 * columns : columns;
    Shape const y { rows, columns };
    inputs.take({ rows, channels });
    inputs.take({ width, channels });
    if (op.bias)
        inputs.take({ width });
    if (op.residual)
        inputs.take(y);
    return y;
}

Shape small_conv2d(Conv2dOp const& op, Node const& node, SmallInputs& inputs)
{
    Shape const x = inputs.shape();
    ConvSettings const& conv = op.conv;
    auto const few = [](Count side, int left_out) { return std::min(side, Count { 12 } + std::max(0, -left_out)); };
    Count const images = std::min<Count>(x[0], 2), height = few(x[1], conv.pad_top + conv.pad_bottom),
                width = few(x[2], conv.pad_left + conv.pad_right), channels = few_channels(x[3]);
    inputs.take({ images, height, width, channels });
    Count all = channels;
    if (op.concat) {
        Count const more = few_channels(inputs.shape()[3]);
        inputs.take({ images, height, width, more });
        all += more;
    }
    Shape const weight = inputs.shape();
    Count const columns = std::min(weight[0], few_columns);
    auto const out = [&](Count side, int before, int after, Count taps) {
        return (side * conv.upsample + before + after - taps) / conv.stride + 1;
    };
    Shape const y { images, out(height, conv.pad_top, conv.pad_bottom, weight[2]),
        out(width, conv.pad_left, conv.pad_right, weight[3]), columns };
    inputs.take({ columns, all, weight[2], weight[3] });
    if (op.bias)
        inputs.take({ columns });
    if (op.channel_add)
        inputs.take(inputs.shape().with(0, images).with(-1, columns));
    if (op.residual)
        inputs.take(y);
    if (op.norm)
        inputs.take({ images, 3, all });
    if (op.statistics)
        inputs.take(box_statistics_shape(y));
    require(node.dtype == DType::f32 || node.dtype == DType::f16, "tune: conv2d gives {}", name_of(node.dtype));
    return y;
}

Shape small_attention(AttentionOp& op, Node const& node, SmallInputs& inputs)
{
    Count const size = node.shape[2] / op.heads;
    op.heads = std::min(op.heads, 2);
    Shape y;
    for (int i = 0; i < 3; ++i) {
        Shape const x = inputs.shape();
        inputs.take({ std::min<Count>(x[0], 2), std::min(x[1], few_rows), op.heads * size });
        if (i == 0)
            y = inputs.taken().front().shape;
    }
    return y;
}

}

std::shared_ptr<Graph> one_op(Graph const& whole, NodeId id)
{
    Node const& node = whole.nodes()[id];
    auto graph = std::make_shared<Graph>(whole.activations());
    std::vector<Tensor> inputs;
    for (NodeId const i : node.inputs) {
        Node const& input = whole.nodes()[i];
        inputs.push_back(input.weight
                             ? graph->weight(input.weight)
                             : graph->input(std::to_string(inputs.size()), input.dtype, input.shape, Rate::step));
    }
    graph->output("y", graph->add(node.op, std::move(inputs), node.dtype, node.shape));
    return graph;
}

std::shared_ptr<Graph> small_op(Graph const& whole, NodeId id)
{
    Node const& node = whole.nodes()[id];
    auto graph = std::make_shared<Graph>(whole.activations());
    SmallInputs inputs(whole, node, *graph);
    std::shared_ptr<Op const> op = node.op;
    Shape y;
    if (auto const* linear = op_as<LinearOp>(node)) {
        y = small_linear(*linear, node, inputs);
    } else if (auto const* conv = op_as<Conv2dOp>(node)) {
        y = small_conv2d(*conv, node, inputs);
    } else {
        auto const* attention = op_as<AttentionOp>(node);
        assert(attention && "small_op: an op without tiles");
        auto small = std::make_shared<AttentionOp>(*attention);
        y = small_attention(*small, node, inputs);
        op = std::move(small);
    }
    graph->output("y", graph->add(std::move(op), inputs.taken(), node.dtype, y));
    return graph;
}

}
