// SPDX-License-Identifier: Apache-2.0
#include "compute/bench/op_case.h"

namespace igneous {

namespace {

void add_products(Cases& cases)
{
    add_linear(cases, 77, 768, 768);                   // CLIP-L
    add_linear(cases, 256, 320, 320);
    add_linear(cases, 256, 256, 1024);                 // the starter model's UNet
    add_geglu_linear(cases, 256, 320, 1280);
    add_gelu_linear(cases, 256, 320, 1280);
    add_residual_linear(cases, 256, 1280, 320);
    add_conv_3x3(cases, { .side = 16, .in = 128, .out = 128 });      // the starter model's UNet
    add_conv_3x3(cases, { .side = 16, .in = 320, .out = 320 });
    add_conv_3x3(cases, { .side = 128, .in = 32, .out = 32 });       // and VAE
    add_conv_1x1(cases, { .side = 32, .in = 128, .out = 128 });
    add_conv_down(cases, { .side = 32, .in = 128, .out = 128 });
    add_conv_up(cases, { .side = 16, .in = 128, .out = 128 });
    add_conv_3x3(cases, { .side = 64, .in = 128, .out = 3 });        // to pixels
}

void add_attentions(Cases& cases)
{
    add_self_attention(cases, { .queries = 256, .keys = 256, .heads = 8, .depth = 40 });
    add_self_attention(cases, { .queries = 1024, .keys = 1024, .heads = 4, .depth = 32 });
    add_cross_attention(cases, { .queries = 1024, .keys = 77, .heads = 8, .depth = 40 });
    add_causal_attention(cases, { .queries = 77, .keys = 77, .heads = 12, .depth = 64 });
}

void add_norms(Cases& cases)
{
    add_group_norm(cases, 16, 320);
    add_group_norm(cases, 32, 128);
    add_group_norm(cases, 128, 32);
    cases.push_back(one_op("group_norm.concat", "32x32x(128+128)", [](Graph& g) {
        Tensor const both = concat(half(g, "a", { 1, 32, 32, 128 }), half(g, "b", { 1, 32, 32, 128 }));
        return group_norm(both, weight(g, "scale", { 256 }), weight(g, "shift", { 256 }), 32, 1e-5f);
    }));
    add_layer_norm(cases, 77, 768);
    add_layer_norm(cases, 256, 320);
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
    add_model_shapes(cases);
    return cases;
}

}
