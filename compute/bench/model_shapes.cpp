// SPDX-License-Identifier: Apache-2.0
#include "compute/bench/op_case.h"

namespace igneous {

namespace {

constexpr BenchSize large = BenchSize::large;

void add_products(Cases& cases)
{
    add_linear(cases, 8192, 320, 320, large);          // SD 1.x
    add_linear(cases, 2048, 640, 640, large);
    add_linear(cases, 512, 1280, 1280, large);
    add_linear(cases, 512, 5120, 1280, large);
    add_linear(cases, 2048, 1280, 1280, large);        // SDXL
    add_linear(cases, 2048, 1280, 10240, large);
    add_linear(cases, 2048, 5120, 1280, large);
    add_linear(cases, 8192, 1536, 4608, large);        // SD 3.5 M
    add_linear(cases, 4608, 3072, 21504, large);       // Flux
    add_linear(cases, 32760, 1536, 8960, large);       // Wan
    add_linear(cases, 8192, 8192, 8192, large);
    add_geglu_linear(cases, 8192, 320, 1280, large);
    add_geglu_linear(cases, 2048, 1280, 5120, large);
    add_gelu_linear(cases, 8192, 1536, 6144, large);
    add_residual_linear(cases, 2048, 5120, 1280, large);
}

void add_convolutions(Cases& cases)
{
    add_conv_3x3(cases, { .side = 64, .in = 320, .out = 320, .batch = 2 }, large);
    add_conv_3x3(cases, { .side = 32, .in = 640, .out = 640, .batch = 2 }, large);
    add_conv_3x3(cases, { .side = 16, .in = 1280, .out = 1280, .batch = 2 }, large);
    add_conv_3x3(cases, { .side = 16, .in = 2560, .out = 1280, .batch = 2 }, large);
    add_conv_3x3(cases, { .side = 8, .in = 1280, .out = 1280, .batch = 2 }, large);
    add_conv_3x3(cases, { .side = 128, .in = 512, .out = 512 }, large);        // autoencoder, 1024 x 1024
    add_conv_3x3(cases, { .side = 256, .in = 512, .out = 512 }, large);
    add_conv_3x3(cases, { .side = 512, .in = 256, .out = 256 }, large);
    add_conv_3x3(cases, { .side = 1024, .in = 128, .out = 128 }, large);
    add_conv_1x1(cases, { .side = 64, .in = 640, .out = 320, .batch = 2 }, large);
    add_conv_down(cases, { .side = 64, .in = 320, .out = 320, .batch = 2 }, large);
    add_conv_up(cases, { .side = 32, .in = 640, .out = 640, .batch = 2 }, large);
}

void add_attentions(Cases& cases)
{
    add_self_attention(cases, { .queries = 4096, .keys = 4096, .heads = 8, .depth = 40, .batch = 2 }, large);
    add_self_attention(cases, { .queries = 1024, .keys = 1024, .heads = 8, .depth = 80, .batch = 2 }, large);
    add_self_attention(cases, { .queries = 256, .keys = 256, .heads = 8, .depth = 160, .batch = 2 }, large);
    add_self_attention(cases, { .queries = 4096, .keys = 4096, .heads = 10, .depth = 64, .batch = 2 }, large);
    add_self_attention(cases, { .queries = 1024, .keys = 1024, .heads = 20, .depth = 64, .batch = 2 }, large);
    add_self_attention(cases, { .queries = 4429, .keys = 4429, .heads = 24, .depth = 64 }, large);
    add_self_attention(cases, { .queries = 4608, .keys = 4608, .heads = 24, .depth = 128 }, large);
    add_self_attention(cases, { .queries = 32760, .keys = 32760, .heads = 12, .depth = 128 }, large);
    add_self_attention(cases, { .queries = 16384, .keys = 16384, .heads = 1, .depth = 512 }, large);   // autoencoder
    add_cross_attention(cases, { .queries = 4096, .keys = 77, .heads = 8, .depth = 40, .batch = 2 }, large);
    add_cross_attention(cases, { .queries = 4096, .keys = 77, .heads = 10, .depth = 64, .batch = 2 }, large);
}

void add_norms(Cases& cases)
{
    add_group_norm(cases, 64, 320, large, 2);
    add_group_norm(cases, 32, 640, large, 2);
    add_group_norm(cases, 16, 1280, large, 2);
    add_group_norm(cases, 1024, 128, large);           // autoencoder
    add_layer_norm(cases, 8192, 320, large);
    add_layer_norm(cases, 8192, 640, large);
    add_layer_norm(cases, 2048, 1280, large);
}

/// [rows, 4096] between the types of storage, at the bandwidth of memory.
void add_conversions(Cases& cases, std::int64_t rows, BenchSize size)
{
    std::string const shape = std::format("{}x4096", rows);
    Shape const x { rows, 4096 };
    cases.push_back(
        one_op("convert.f16_f32", shape, [=](Graph& g) { return cast(half(g, "x", x), DType::f32); }, size));
    cases.push_back(
        one_op("convert.f32_f16", shape, [=](Graph& g) { return cast(single(g, "x", x), DType::f16); }, size));
}

}

void add_model_shapes(Cases& cases)
{
    add_products(cases);
    add_convolutions(cases);
    add_attentions(cases);
    add_norms(cases);
    add_conversions(cases, 4096, BenchSize::small);    // 32 MiB and 64 MiB
    add_conversions(cases, 65536, large);              // 512 MiB and 1 GiB
}

}
