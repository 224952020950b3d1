// SPDX-License-Identifier: Apache-2.0
#include "compute/ops/conv2d.h"
#include "tests/compute/kernels/kernel_test.h"
#include "tests/support/test_device.h"

#include <catch2/catch_test_macros.hpp>

#include <cmath>

using namespace igneous;
using namespace igneous::test;

namespace {

struct ConvCase {
    std::int64_t images, height, width, in, out;
    std::int64_t kernel_height = 3, kernel_width = 3;
    ConvSettings conv { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1 };
    std::int64_t in2 = 0;                   // channels of the second input
    bool bias = true, channel_add = false, residual = false;
    Activation activation = Activation::none;
    bool wide_out = false;                  // f32 out of f16
};

void check(ConvCase const& c, DType tier, RunOptions const& options)
{
    std::int64_t const in = c.in + c.in2;
    std::int64_t const taps = c.kernel_height * c.kernel_width;
    std::int64_t const height =
        (c.height * c.conv.upsample + c.conv.pad_top + c.conv.pad_bottom - c.kernel_height) / c.conv.stride + 1;
    std::int64_t const width =
        (c.width * c.conv.upsample + c.conv.pad_left + c.conv.pad_right - c.kernel_width) / c.conv.stride + 1;
    Shape const out_shape { c.images, height, width, c.out };
    DType const out_type = c.wide_out ? DType::f32 : tier;
    auto const x = random_values("x", c.images * c.height * c.width * c.in, 1, tier);
    auto const x2 = random_values("x2", c.images * c.height * c.width * c.in2, 1, tier);
    auto const w = random_values("w", c.out * in * taps, 1 / std::sqrt(static_cast<double>(in * taps)), tier);
    auto const b = random_values("b", c.out, 1, DType::f32);
    auto const a = random_values("a", c.images * c.out, 1, tier);
    auto const r = random_values("r", out_shape.elements(), 1, out_type);

    std::vector<double> expected;
    for (std::int64_t n = 0; n < c.images; ++n) {
        for (std::int64_t oy = 0; oy < height; ++oy) {
            for (std::int64_t ox = 0; ox < width; ++ox) {
                for (std::int64_t o = 0; o < c.out; ++o) {
                    double sum = (c.bias ? b[o] : 0) + (c.channel_add ? a[n * c.out + o] : 0);
                    for (std::int64_t tap = 0; tap < taps; ++tap) {
                        std::int64_t const y = oy * c.conv.stride + tap / c.kernel_width - c.conv.pad_top;
                        std::int64_t const xx = ox * c.conv.stride + tap % c.kernel_width - c.conv.pad_left;
                        if (y < 0 || xx < 0 || y >= c.height * c.conv.upsample || xx >= c.width * c.conv.upsample)
                            continue;
                        std::int64_t const pixel =
                            (n * c.height + y / c.conv.upsample) * c.width + xx / c.conv.upsample;
                        for (std::int64_t i = 0; i < in; ++i) {
                            double const v = i < c.in ? x[pixel * c.in + i] : x2[pixel * c.in2 + i - c.in];
                            sum += v * w[(o * in + i) * taps + tap];
                        }
                    }
                    double const v = activate(sum, c.activation);
                    expected.push_back(v + (c.residual ? r[expected.size()] : 0));
                }
            }
        }
    }

    auto graph = std::make_shared<Graph>(tier);
    auto op = std::make_shared<Conv2dOp>();
    op->conv = c.conv;
    op->concat = c.in2 > 0;
    op->bias = c.bias;
    op->channel_add = c.channel_add;
    op->residual = c.residual;
    op->activation = c.activation;
    std::map<std::string, HostTensor> inputs;
    std::vector<Tensor> operands;
    auto const add_input = [&](std::string const& name, DType type, Shape const& shape,
                               std::vector<double> const& values) {
        operands.push_back(graph->input(name, type, shape, Rate::step));
        inputs.emplace(name, host_tensor(shape, values));
    };
    add_input("x", tier, { c.images, c.height, c.width, c.in }, x);
    if (c.in2 > 0)
        add_input("x2", tier, { c.images, c.height, c.width, c.in2 }, x2);
    operands.push_back(graph->weight(weight_of("w", { c.out, in, c.kernel_height, c.kernel_width }, w)));
    if (c.bias)
        operands.push_back(graph->weight(weight_of("b", { c.out }, b)));
    if (c.channel_add)
        add_input("a", tier, { c.images, c.out }, a);
    if (c.residual)
        add_input("r", out_type, out_shape, r);
    graph->output("y", graph->add(op, operands, out_type, out_shape));

    CAPTURE(name_of(tier), text_of(options), c.images, c.height, c.width, c.in, c.in2, c.out, c.kernel_height,
        c.kernel_width, op->settings());
    CHECK(relative_error(run_graph(graph, inputs, options), expected) < (c.wide_out ? 1e-5 : tolerance(tier)));
}

/// The last `everywhere` cases by every variant, those before them only by the default one: each epilogue is a pipeline
/// of its own, and those of tiles take a CPU driver seconds to compile.
void check_all(std::vector<ConvCase> const& cases, std::size_t everywhere)
{
    for (DType const tier : { DType::f32, DType::f16 }) {
        for (RunOptions const& options : variants(tier)) {
            bool const all = options.cpu && options.family == KernelFamily::scalar;
            for (std::size_t i = all ? 0 : cases.size() - everywhere; i < cases.size(); ++i)
                check(cases[i], tier, options);
        }
    }
}

void check_everywhere(std::vector<ConvCase> const& cases) { check_all(cases, cases.size()); }

constexpr ConvSettings none {};

}

TEST_CASE("conv2d: odd and ordinary shapes", "[compute][kernels]")
{
    check_everywhere({
        { 1, 1, 1, 1, 1 },
        { 1, 5, 7, 3, 5 },
        { 2, 8, 8, 4, 16 },
        { 1, 16, 16, 32, 4 },
        { 2, 9, 6, 20, 33 },
        { 1, 12, 12, 64, 64 },
        { 1, 6, 5, 8, 12, 1, 1, none },
        { 2, 7, 5, 6, 10, 1, 3, { .pad_left = 1, .pad_right = 1 } },
        { 1, 9, 9, 5, 7, 5, 5, { .pad_top = 2, .pad_left = 2, .pad_bottom = 2, .pad_right = 2 } },
        { 1, 6, 6, 8, 8, 3, 3, none },
    });
}

TEST_CASE("conv2d: stride, padding on one side only, upsampling, two inputs", "[compute][kernels]")
{
    check_everywhere({
        { 1, 8, 10, 12, 9, 3, 3, { .stride = 2, .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1 } },
        { 2, 8, 8, 16, 16, 3, 3, { .stride = 2, .pad_bottom = 1, .pad_right = 1 } },
        { 1, 7, 9, 5, 6, 3, 3, { .stride = 2, .pad_bottom = 1, .pad_right = 1 } },
        { 2, 5, 4, 8, 10, 3, 3, { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1, .upsample = 2 } },
        // less than nothing around it: bands begin and end inside of an enlarged row
        { 2, 5, 6, 8, 10, 3, 3, { .pad_top = -1, .pad_left = 1, .pad_bottom = -1, .pad_right = -3, .upsample = 2 } },
        // odd extents: the phases of an enlarged picture have different numbers of rows, or none
        { 2, 3, 4, 8, 10, 3, 3, { .pad_top = -1, .pad_left = 1, .pad_bottom = -2, .pad_right = 1, .upsample = 2 } },
        { 2, 5, 4, 8, 10, 3, 3, { .pad_left = 2, .pad_bottom = 1, .upsample = 2 } },
        { 2, 3, 5, 8, 40, 3, 3, { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = -2, .upsample = 2 } },
        { .images = 2,
            .height = 5,
            .width = 3,
            .in = 8,
            .out = 20,
            .conv = { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1, .upsample = 2 },
            .in2 = 12 },
        { .images = 2, .height = 6, .width = 6, .in = 8, .out = 20, .in2 = 12 },
        { .images = 1, .height = 5, .width = 5, .in = 5, .out = 7, .in2 = 3 },
        { .images = 1, .height = 8, .width = 8, .in = 40, .out = 70, .in2 = 24 },
        { .images = 2,
            .height = 4,
            .width = 6,
            .in = 16,
            .out = 32,
            .kernel_height = 1,
            .kernel_width = 1,
            .conv = none,
            .in2 = 32 },
    });
}

TEST_CASE("conv2d: wide pictures are staged in boxes", "[compute][kernels]")
{
    ConvSettings const same { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1 };
    ConvSettings up = same;
    up.upsample = 2;
    check_everywhere({
        { 2, 7, 14, 12, 40 },
        { 1, 1, 16, 4, 5 },
        { 1, 10, 29, 5, 70 },
        { 3, 3, 13, 40, 8 },
        { 1, 6, 18, 8, 8, 3, 3, none },
        { 1, 6, 30, 8, 9, 3, 3, { .pad_top = -1, .pad_left = 2, .pad_right = -3 } },
        { .images = 2, .height = 9, .width = 16, .in = 20, .out = 33, .in2 = 36, .bias = true, .channel_add = true, .residual = true },
        { 2, 5, 13, 8, 20, 3, 3, up },
        { 2, 1, 12, 36, 8, 3, 3, { .pad_left = 1, .pad_bottom = 1, .pad_right = 1, .upsample = 2 } },
        { 2, 5, 15, 8, 10, 3, 3, { .pad_top = -1, .pad_left = 1, .pad_bottom = -2, .pad_right = -3, .upsample = 2 } },
    });
}

TEST_CASE("conv2d: wide layers by Winograd's algorithm", "[compute][kernels]")
{
    ConvSettings const uneven { .pad_top = 2, .pad_left = -1, .pad_bottom = -1, .pad_right = 1 };
    for (ConvCase const& c : { ConvCase { 1, 16, 16, 64, 64 },
             { .images = 2, .height = 15, .width = 17, .in = 68, .out = 72, .activation = Activation::silu },
             { .images = 3, .height = 7, .width = 33, .in = 40, .out = 100, .in2 = 36, .channel_add = true,
                 .residual = true },
             { 1, 18, 17, 64, 64, 3, 3, uneven }, { 1, 18, 19, 64, 68, 3, 3, none },
             { .images = 1, .height = 17, .width = 16, .in = 64, .out = 64, .bias = false, .wide_out = true } })
        check(c, DType::f16, {});
}

TEST_CASE("conv2d: every epilogue", "[compute][kernels]")
{
    std::vector<ConvCase> cases;
    for (auto const a : { Activation::none, Activation::silu, Activation::gelu, Activation::quick_gelu,
             Activation::relu, Activation::tanh })
        cases.push_back({ .images = 1, .height = 5, .width = 5, .in = 6, .out = 9, .activation = a });
    cases.push_back({ .images = 2, .height = 5, .width = 5, .in = 6, .out = 9, .bias = false });
    cases.push_back({ .images = 2, .height = 5, .width = 5, .in = 6, .out = 9, .channel_add = true });
    cases.push_back({ .images = 2, .height = 5, .width = 5, .in = 6, .out = 9, .bias = false, .residual = true });
    cases.push_back({ .images = 1, .height = 5, .width = 5, .in = 16, .out = 4, .residual = true, .wide_out = true });
    cases.push_back({ .images = 3,
        .height = 5,
        .width = 3,
        .in = 8,
        .out = 18,
        .channel_add = true,
        .residual = true,
        .activation = Activation::silu });
    check_all(cases, 1);
}

TEST_CASE("conv2d: long work is cut into several dispatches", "[compute][kernels]")
{
    for (DType const tier : { DType::f32, DType::f16 }) {
        for (RunOptions options : variants(tier)) {
            options.flops_per_second = 1e6;
            check({ .images = 2, .height = 11, .width = 13, .in = 6, .out = 9, .channel_add = true, .residual = true },
                tier, options);
        }
    }
}

TEST_CASE("conv2d: sums over many channels of a small picture are split among workgroups", "[compute][kernels]")
{
    std::vector<ConvCase> const cases {
        { .images = 2,
            .height = 6,
            .width = 5,
            .in = 180,
            .out = 21,
            .channel_add = true,
            .residual = true,
            .activation = Activation::silu },
        { .images = 1, .height = 5, .width = 5, .in = 101, .out = 9, .in2 = 30 },
        { 1, 9, 8, 128, 16, 3, 3, { .stride = 2, .pad_bottom = 1, .pad_right = 1 } },
        { 1, 5, 4, 120, 10, 3, 3, { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1, .upsample = 2 } },
        { .images = 1, .height = 4, .width = 4, .in = 520, .out = 24, .wide_out = true },
        { .images = 2, .height = 2, .width = 15, .in = 140, .out = 24, .in2 = 70, .channel_add = true },
    };
    for (DType const tier : { DType::f32, DType::f16 })
        for (ConvCase const& c : cases)
            check(c, tier, { .family = KernelFamily::scalar, .cpu = false });
    if (!test_device()->profile().fragments.empty())
        check(cases.front(), DType::f16, { .family = KernelFamily::coopmat, .cpu = false });
}
