// SPDX-License-Identifier: Apache-2.0
#pragma once

// Cases of one op in the tier f16, as the lists of cases spell them.

#include "compute/bench/case.h"
#include "compute/bench/random_weights.h"
#include "compute/ops/ops.h"

#include <format>

namespace igneous {

using Cases = std::vector<BenchCase>;

/// A graph of one op, given how to make the op.
template <class Make>
BenchCase one_op(std::string name, std::string shape, Make make, BenchSize size = BenchSize::small)
{
    return { std::move(name), std::move(shape), size, [make] {
                auto graph = std::make_shared<Graph>(DType::f16);
                graph->output("y", make(*graph));
                return graph;
            } };
}

inline Tensor half(Graph& graph, std::string name, Shape shape)
{
    return graph.input(std::move(name), DType::f16, shape, Rate::step);
}
inline Tensor single(Graph& graph, std::string name, Shape shape)
{
    return graph.input(std::move(name), DType::f32, shape, Rate::step);
}
inline Tensor weight(Graph& graph, std::string name, Shape shape)
{
    return graph.weight(RandomWeights().make(std::move(name), shape));
}

/// [rows, in] -> [rows, out].
void add_linear(Cases& cases, std::int64_t rows, std::int64_t in, std::int64_t out, BenchSize size = BenchSize::small);
/// With the gate folded in: the product is twice as wide as the result.
void add_geglu_linear(
    Cases& cases, std::int64_t rows, std::int64_t in, std::int64_t out, BenchSize size = BenchSize::small);
void add_gelu_linear(
    Cases& cases, std::int64_t rows, std::int64_t in, std::int64_t out, BenchSize size = BenchSize::small);
void add_residual_linear(
    Cases& cases, std::int64_t rows, std::int64_t in, std::int64_t out, BenchSize size = BenchSize::small);

/// What goes into a convolution: [batch, side, side, in] -> out channels.
struct ConvShape {
    std::int64_t side, in, out;
    std::int64_t batch = 1;
};
void add_conv_3x3(Cases& cases, ConvShape shape, BenchSize size = BenchSize::small);
void add_conv_1x1(Cases& cases, ConvShape shape, BenchSize size = BenchSize::small);
void add_conv_down(Cases& cases, ConvShape shape, BenchSize size = BenchSize::small);
/// Enlarged twice to the nearest neighbour first.
void add_conv_up(Cases& cases, ConvShape shape, BenchSize size = BenchSize::small);

struct AttentionShape {
    std::int64_t queries, keys;
    int heads;
    std::int64_t depth;
    std::int64_t batch = 1;
};
void add_self_attention(Cases& cases, AttentionShape shape, BenchSize size = BenchSize::small);
void add_cross_attention(Cases& cases, AttentionShape shape, BenchSize size = BenchSize::small);
void add_causal_attention(Cases& cases, AttentionShape shape, BenchSize size = BenchSize::small);

void add_group_norm(
    Cases& cases, std::int64_t side, std::int64_t channels, BenchSize size = BenchSize::small, std::int64_t batch = 1);
void add_layer_norm(Cases& cases, std::int64_t rows, std::int64_t channels, BenchSize size = BenchSize::small);

/// What large models do most: SD 1.x at 512 x 512 and SDXL at 1024 x 1024 with both halves of the guidance, their
/// autoencoder, and the products of larger models.
void add_model_shapes(Cases& cases);

}
