// SPDX-License-Identifier: Apache-2.0
#include "compute/bench/case.h"

#include "compute/ops/ops.h"

#include <cmath>
#include <format>
#include <random>

namespace igneous {

namespace {

/// Values of the size weights have; the same for every weight of a shape, since only time is measured.
Weight random_weight(std::string name, Shape shape)
{
    HostTensor values(DType::f16, shape);
    std::mt19937 random(1);
    auto const fan_in =
        static_cast<float>(std::max<std::int64_t>(1, shape.elements() / std::max<std::int64_t>(1, shape[0])));
    std::vector<std::uint16_t> some(4099);             // a prime: no pattern along rows
    std::normal_distribution<float> normal(0, 1 / std::sqrt(fan_in));
    for (std::uint16_t& value : some)
        value = float_to_half(normal(random));
    auto* out = reinterpret_cast<std::uint16_t*>(values.bytes.data());
    for (std::int64_t i = 0; i < shape.elements(); ++i)
        out[i] = some[static_cast<std::size_t>(i) % some.size()];
    auto const owner = std::make_shared<HostTensor const>(std::move(values));
    auto source = std::make_shared<WeightSource>();
    source->name = std::move(name);
    source->dtype = DType::f16;
    source->shape = shape;
    source->bytes = owner->bytes;
    source->owner = owner;
    return source;
}

/// A graph of one op in the tier f16, given how to make the op.
template<class Make>
BenchCase one_op(std::string name, std::string shape, Make make, BenchSize size = BenchSize::small)
{
    return { std::move(name), std::move(shape), size, [make] {
        auto graph = std::make_shared<Graph>(DType::f16);
        graph->output("y", make(*graph));
        return graph;
    } };
}

Tensor half(Graph& graph, std::string name, Shape shape)
{
    return graph.input(std::move(name), DType::f16, shape, Rate::step);
}
Tensor single(Graph& graph, std::string name, Shape shape)
{
    return graph.input(std::move(name), DType::f32, shape, Rate::step);
}
Tensor weight(Graph& graph, std::string name, Shape shape)
{
    return graph.weight(random_weight(std::move(name), shape));
}

using Cases = std::vector<BenchCase>;

void add_linear(Cases& cases, std::int64_t rows, std::int64_t in, std::int64_t out, BenchSize size = BenchSize::small)
{
    cases.push_back(one_op("linear", std::format("{}x{} -> {}", rows, in, out), [=](Graph& g) {
        return linear(half(g, "x", { rows, in }), weight(g, "w", { out, in }), weight(g, "b", { out }));
    }, size));
}

void add_geglu_linear(
    Cases& cases, std::int64_t rows, std::int64_t in, std::int64_t out, BenchSize size = BenchSize::small)
{
    cases.push_back(one_op("linear.geglu", std::format("{}x{} -> {}", rows, in, out), [=](Graph& g) {
        return geglu(linear(half(g, "x", { rows, in }), weight(g, "w", { 2 * out, in }), weight(g, "b", { 2 * out })));
    }, size));
}

void add_conv(Cases& cases, std::string name, std::int64_t side, std::int64_t in, std::int64_t out, int kernel,
    ConvSettings settings, BenchSize size = BenchSize::small)
{
    cases.push_back(one_op(
        std::move(name), std::format("{}x{}x{} -> {}", side, side, in, out),
        [=](Graph& g) {
            return conv2d(half(g, "x", { 1, side, side, in }), weight(g, "w", { out, in, kernel, kernel }),
                weight(g, "b", { out }), settings);
        },
        size));
}

constexpr ConvSettings same { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1 };
constexpr ConvSettings down { .stride = 2, .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1 };
constexpr ConvSettings up { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1, .upsample = 2 };

void add_attention(Cases& cases, std::string name, std::int64_t queries, std::int64_t keys, int heads,
    std::int64_t depth, bool causal, BenchSize size = BenchSize::small)
{
    cases.push_back(one_op(
        std::move(name), std::format("{}x{}, {} heads of {}", queries, keys, heads, depth),
        [=](Graph& g) {
            std::int64_t const channels = heads * depth;
            return attention(half(g, "q", { 1, queries, channels }), half(g, "k", { 1, keys, channels }),
                half(g, "v", { 1, keys, channels }), heads, 1 / std::sqrt(static_cast<float>(depth)), causal);
        },
        size));
}

void add_group_norm(Cases& cases, std::int64_t side, std::int64_t channels, BenchSize size = BenchSize::small)
{
    cases.push_back(one_op(
        "group_norm.silu", std::format("{}x{}x{}", side, side, channels),
        [=](Graph& g) {
            return silu(group_norm(half(g, "x", { 1, side, side, channels }), weight(g, "scale", { channels }),
                weight(g, "shift", { channels }), 32, 1e-5f));
        },
        size));
}

void add_layer_norm(Cases& cases, std::int64_t rows, std::int64_t channels, BenchSize size = BenchSize::small)
{
    cases.push_back(one_op(
        "layer_norm", std::format("{}x{}", rows, channels),
        [=](Graph& g) {
            return layer_norm(half(g, "x", { 1, rows, channels }), weight(g, "scale", { channels }),
                weight(g, "shift", { channels }), 1e-5f);
        },
        size));
}

void add_products(Cases& cases)
{
    add_linear(cases, 77, 768, 768);                   // CLIP-L
    add_linear(cases, 256, 320, 320);
    add_linear(cases, 256, 256, 1024);                 // the starter model's UNet
    add_linear(cases, 1024, 1280, 1280, BenchSize::large);
    add_linear(cases, 8192, 320, 320, BenchSize::large);         // SD 1.x, 512x512, both halves of the guidance
    add_linear(cases, 2048, 640, 640, BenchSize::large);
    add_linear(cases, 512, 5120, 1280, BenchSize::large);
    add_linear(cases, 4096, 4096, 4096, BenchSize::large);
    add_geglu_linear(cases, 256, 320, 1280);
    add_geglu_linear(cases, 8192, 320, 1280, BenchSize::large);
    add_conv(cases, "conv2d.3x3", 16, 128, 128, 3, same);        // the starter model's UNet
    add_conv(cases, "conv2d.3x3", 16, 320, 320, 3, same);
    add_conv(cases, "conv2d.3x3", 128, 32, 32, 3, same);         // and VAE
    add_conv(cases, "conv2d.1x1", 32, 128, 128, 1, {});
    add_conv(cases, "conv2d.3x3.down", 32, 128, 128, 3, down);
    add_conv(cases, "conv2d.3x3.up", 16, 128, 128, 3, up);
    add_conv(cases, "conv2d.3x3.out", 64, 128, 3, 3, same);
    add_conv(cases, "conv2d.3x3", 64, 320, 320, 3, same, BenchSize::large);   // SD 1.x, 512x512
    add_conv(cases, "conv2d.3x3", 32, 640, 640, 3, same, BenchSize::large);
    add_conv(cases, "conv2d.3x3", 16, 1280, 1280, 3, same, BenchSize::large);
    add_conv(cases, "conv2d.3x3", 8, 1280, 1280, 3, same, BenchSize::large);
    add_conv(cases, "conv2d.3x3", 512, 128, 128, 3, same, BenchSize::large);  // VAE
    add_conv(cases, "conv2d.1x1", 64, 640, 320, 1, {}, BenchSize::large);
    add_conv(cases, "conv2d.3x3.down", 64, 320, 320, 3, down, BenchSize::large);
    add_conv(cases, "conv2d.3x3.up", 32, 640, 640, 3, up, BenchSize::large);
}

void add_attentions(Cases& cases)
{
    add_attention(cases, "attention.self", 256, 256, 8, 40, false);
    add_attention(cases, "attention.self", 1024, 1024, 4, 32, false);
    add_attention(cases, "attention.cross", 1024, 77, 8, 40, false);
    add_attention(cases, "attention.causal", 77, 77, 12, 64, true);
    add_attention(cases, "attention.self", 4096, 4096, 8, 40, false, BenchSize::large);
    add_attention(cases, "attention.self", 1024, 1024, 8, 80, false, BenchSize::large);
    add_attention(cases, "attention.self", 4096, 4096, 1, 512, false, BenchSize::large);      // VAE
    add_attention(cases, "attention.cross", 4096, 77, 8, 40, false, BenchSize::large);
}

void add_norms(Cases& cases)
{
    add_group_norm(cases, 16, 320);
    add_group_norm(cases, 32, 128);
    add_group_norm(cases, 128, 32);
    add_group_norm(cases, 64, 320, BenchSize::large);
    add_group_norm(cases, 512, 128, BenchSize::large);
    cases.push_back(one_op("group_norm.concat", "32x32x(128+128)", [](Graph& g) {
        Tensor const both = concat(half(g, "a", { 1, 32, 32, 128 }), half(g, "b", { 1, 32, 32, 128 }));
        return group_norm(both, weight(g, "scale", { 256 }), weight(g, "shift", { 256 }), 32, 1e-5f);
    }));
    add_layer_norm(cases, 77, 768);
    add_layer_norm(cases, 256, 320);
    add_layer_norm(cases, 8192, 320, BenchSize::large);
}

void add_small_ops(Cases& cases, std::int64_t rows, BenchSize size)
{
    std::int64_t const channels = 320;
    std::string const shape = std::format("{}x{}", rows, channels);
    Shape const x { 1, rows, channels };
    cases.push_back(one_op("unary.silu", shape, [=](Graph& g) { return silu(half(g, "x", x)); }, size));
    cases.push_back(one_op("unary.cast", shape, [=](Graph& g) { return cast(half(g, "x", x), DType::f32); }, size));
    cases.push_back(one_op("binary.add", shape, [=](Graph& g) { return half(g, "a", x) + half(g, "b", x); }, size));
    cases.push_back(one_op(
        "binary.multiply.channels", shape, [=](Graph& g) { return half(g, "a", x) * half(g, "b", { channels }); },
        size));
    cases.push_back(one_op("geglu", shape, [=](Graph& g) { return geglu(half(g, "x", x)); }, size));
    cases.push_back(
        one_op("concat", shape + "+320", [=](Graph& g) { return concat(half(g, "a", x), half(g, "b", x)); }, size));
    cases.push_back(one_op(
        "slice_channels", shape + " -> 160", [=](Graph& g) { return slice_channels(half(g, "x", x), 0, 160); }, size));
}

void add_pictures(Cases& cases, std::int64_t side, std::int64_t channels, BenchSize size)
{
    std::string const shape = std::format("{}x{}x{}", side, side, channels);
    Shape const x { 1, side, side, channels };
    int const twice = static_cast<int>(2 * side);
    cases.push_back(one_op(
        "resample.nearest", shape, [=](Graph& g) { return resample(half(g, "x", x), twice, twice, Filter::nearest); },
        size));
    cases.push_back(one_op(
        "resample.bilinear", shape, [=](Graph& g) { return resample(half(g, "x", x), twice, twice, Filter::bilinear); },
        size));
    cases.push_back(one_op("average_pool", shape, [=](Graph& g) { return average_pool(half(g, "x", x)); }, size));
}

void add_ends(Cases& cases)
{
    cases.push_back(one_op("embedding", "77 of 49408x768", [](Graph& g) {
        return embedding(g.input("ids", DType::i32, { 1, 77 }, Rate::step), weight(g, "table", { 49408, 768 }));
    }));
    cases.push_back(one_op("gather_rows", "2 of 77x768", [](Graph& g) {
        return gather_rows(half(g, "x", { 2, 77, 768 }), g.input("index", DType::i32, { 2 }, Rate::step));
    }));
    cases.push_back(one_op(
        "time_embedding", "2 -> 320", [](Graph& g) { return time_embedding(single(g, "t", { 2 }), 320, true, 0); }));
    for (std::int64_t const side : { 16, 64 }) {
        std::string const shape = std::format("{}x{}x4, 2 copies", side, side);
        Shape const x { 1, side, side, 4 };
        cases.push_back(one_op("model_input", shape,
            [=](Graph& g) { return model_input(single(g, "x", x), single(g, "factors", { 4 }), 2); }));
        cases.push_back(one_op("guide", shape, [=](Graph& g) {
            return guide(
                single(g, "x", x), half(g, "prediction", { 2, side, side, 4 }), single(g, "factors", { 4 }), 2);
        }));
    }
}

}

std::vector<BenchCase> bench_cases()
{
    Cases cases;
    add_products(cases);
    add_attentions(cases);
    add_norms(cases);
    add_small_ops(cases, 1024, BenchSize::small);
    add_small_ops(cases, 8192, BenchSize::large);
    add_pictures(cases, 32, 128, BenchSize::small);
    add_pictures(cases, 256, 128, BenchSize::large);
    add_ends(cases);
    return cases;
}

}
