// SPDX-License-Identifier: Apache-2.0
#include "compute/bench/op_case.h"

#include <cmath>

namespace igneous {

namespace {

constexpr ConvSettings same { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1 };
constexpr ConvSettings down { .stride = 2, .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1 };
constexpr ConvSettings up { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1, .upsample = 2 };

/// "2x" before the shape of two, nothing before that of one.
std::string batch_text(std::int64_t batch) { return batch == 1 ? "" : std::format("{}x", batch); }

std::string linear_text(std::int64_t rows, std::int64_t in, std::int64_t out)
{
    return std::format("{}x{} -> {}", rows, in, out);
}

/// One text, as models have it: rows of a matrix would be split as if each stood alone.
Tensor linear_of(Graph& g, std::int64_t rows, std::int64_t in, std::int64_t out)
{
    return linear(half(g, "x", { 1, rows, in }), weight(g, "w", { out, in }), weight(g, "b", { out }));
}

void add_conv(Cases& cases, std::string name, ConvShape s, int kernel, ConvSettings settings, BenchSize size)
{
    cases.push_back(one_op(
        std::move(name), std::format("{}{}x{}x{} -> {}", batch_text(s.batch), s.side, s.side, s.in, s.out),
        [=](Graph& g) {
            return conv2d(half(g, "x", { s.batch, s.side, s.side, s.in }),
                weight(g, "w", { s.out, s.in, kernel, kernel }), weight(g, "b", { s.out }), settings);
        },
        size));
}

void add_attention(Cases& cases, std::string name, AttentionShape s, bool causal, BenchSize size)
{
    cases.push_back(one_op(
        std::move(name),
        std::format("{}{}x{}, {} heads of {}", batch_text(s.batch), s.queries, s.keys, s.heads, s.depth),
        [=](Graph& g) {
            std::int64_t const channels = s.heads * s.depth;
            Shape const keys { s.batch, s.keys, channels };
            return attention(half(g, "q", { s.batch, s.queries, channels }), half(g, "k", keys), half(g, "v", keys),
                s.heads, 1 / std::sqrt(static_cast<float>(s.depth)), causal);
        },
        size));
}

}

void add_linear(Cases& cases, std::int64_t rows, std::int64_t in, std::int64_t out, BenchSize size)
{
    cases.push_back(
        one_op("linear", linear_text(rows, in, out), [=](Graph& g) { return linear_of(g, rows, in, out); }, size));
}

void add_geglu_linear(Cases& cases, std::int64_t rows, std::int64_t in, std::int64_t out, BenchSize size)
{
    cases.push_back(one_op(
        "linear.geglu", linear_text(rows, in, out), [=](Graph& g) { return geglu(linear_of(g, rows, in, 2 * out)); },
        size));
}

void add_gelu_linear(Cases& cases, std::int64_t rows, std::int64_t in, std::int64_t out, BenchSize size)
{
    cases.push_back(one_op(
        "linear.gelu", linear_text(rows, in, out),
        [=](Graph& g) { return activate(linear_of(g, rows, in, out), Activation::gelu); }, size));
}

void add_residual_linear(Cases& cases, std::int64_t rows, std::int64_t in, std::int64_t out, BenchSize size)
{
    cases.push_back(one_op(
        "linear.residual", linear_text(rows, in, out),
        [=](Graph& g) { return linear_of(g, rows, in, out) + half(g, "residual", { 1, rows, out }); }, size));
}

void add_conv_3x3(Cases& cases, ConvShape shape, BenchSize size)
{
    add_conv(cases, "conv2d.3x3", shape, 3, same, size);
}

void add_conv_1x1(Cases& cases, ConvShape shape, BenchSize size) { add_conv(cases, "conv2d.1x1", shape, 1, {}, size); }

void add_conv_down(Cases& cases, ConvShape shape, BenchSize size)
{
    add_conv(cases, "conv2d.3x3.down", shape, 3, down, size);
}

void add_conv_up(Cases& cases, ConvShape shape, BenchSize size)
{
    add_conv(cases, "conv2d.3x3.up", shape, 3, up, size);
}

void add_self_attention(Cases& cases, AttentionShape shape, BenchSize size)
{
    add_attention(cases, "attention.self", shape, false, size);
}

void add_cross_attention(Cases& cases, AttentionShape shape, BenchSize size)
{
    add_attention(cases, "attention.cross", shape, false, size);
}

void add_causal_attention(Cases& cases, AttentionShape shape, BenchSize size)
{
    add_attention(cases, "attention.causal", shape, true, size);
}

void add_group_norm(Cases& cases, std::int64_t side, std::int64_t channels, BenchSize size, std::int64_t batch)
{
    cases.push_back(one_op(
        "group_norm.silu", std::format("{}{}x{}x{}", batch_text(batch), side, side, channels),
        [=](Graph& g) {
            return silu(group_norm(half(g, "x", { batch, side, side, channels }), weight(g, "scale", { channels }),
                weight(g, "shift", { channels }), 32, 1e-5f));
        },
        size));
}

void add_layer_norm(Cases& cases, std::int64_t rows, std::int64_t channels, BenchSize size)
{
    cases.push_back(one_op(
        "layer_norm", std::format("{}x{}", rows, channels),
        [=](Graph& g) {
            return layer_norm(half(g, "x", { 1, rows, channels }), weight(g, "scale", { channels }),
                weight(g, "shift", { channels }), 1e-5f);
        },
        size));
}

}
