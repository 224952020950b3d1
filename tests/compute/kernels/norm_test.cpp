// SPDX-License-Identifier: Apache-2.0
#include "tests/support/check.h"
#include "tests/support/random.h"

#include <catch2/catch_test_macros.hpp>

#include <format>

using namespace igneous;
using namespace igneous::test;

namespace {

Fill const near_one { .mean = 1, .deviation = 0.2 };

struct GroupNormCase {
    Shape shape;
    int groups;
    Activation activation = Activation::none;
};

void check_group_norm(GroupNormCase const& c, Fill const& fill = {})
{
    std::string const what = std::format("group_norm {} in {} groups, {}", c.shape, c.groups, name_of(c.activation));
    check_graph(what,
        [&](TestGraph& t) {
            Tensor const x = t.input("x", c.shape, fill);
            Shape const channels { c.shape.channels() };
            Tensor y
                = group_norm(x, t.weight("scale", channels, near_one), t.weight("shift", channels), c.groups, 1e-5f);
            t.output(activate(y, c.activation));
        },
        { .also_as_gpu = true });
}

}

TEST_CASE("group_norm: ordinary and odd shapes")
{
    check_group_norm({ { 2, 8, 8, 320 }, 32 }); // 10 channels a group: vectors straddle groups
    check_group_norm({ { 1, 16, 16, 64 }, 32, Activation::silu });
    check_group_norm({ { 2, 5, 7, 96 }, 32, Activation::silu }); // 3 channels a group
    check_group_norm({ { 3, 1, 1, 8 }, 2 }); // fewer rows than lanes
    check_group_norm({ { 1, 3, 5, 15 }, 5, Activation::silu }); // nothing divides by four
    check_group_norm({ { 1, 9, 11, 6 }, 1 });
    check_group_norm({ { 2, 13, 77, 4 }, 4, Activation::relu });
}

TEST_CASE("group_norm: groups wider than a workgroup")
{
    check_group_norm({ { 1, 4, 5, 1280 }, 1 });
    check_group_norm({ { 2, 3, 3, 1285 }, 1 });
    check_group_norm({ { 1, 3, 4, 2562 }, 2, Activation::silu });
}

TEST_CASE("group_norm: more partials than a workgroup joins itself")
{
    check_group_norm({ { 1, 256, 256, 32 }, 32, Activation::silu });
    check_group_norm({ { 2, 200, 123, 12 }, 3 });
    check_group_norm({ { 1, 33, 19, 150 }, 5 }, { .mean = 30000, .deviation = 300 });
}

TEST_CASE("group_norm: of what a convolution stores, with its statistics on GPUs")
{
    check_graph("conv2d and group_norm",
        [](TestGraph& t) {
            Tensor const y = conv2d(t.input("x", { 2, 23, 30, 8 }), t.weight("w", { 150, 8, 3, 3 }, { .deviation = 0.1 }),
                t.weight("b", { 150 }, { .mean = 3 }), { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1 });
            t.output(group_norm(y, t.weight("scale", { 150 }, near_one), t.weight("shift", { 150 }), 5, 1e-5f));
        },
        { .families = { KernelFamily::scalar, KernelFamily::coopmat }, .also_as_gpu = true });
}

TEST_CASE("group_norm: the channels of two inputs side by side")
{
    for (auto [a, b, groups] : { std::array { 64, 32, 32 }, std::array { 20, 12, 8 }, std::array { 7, 5, 4 } }) {
        check_graph(std::format("group_norm of {} + {} channels in {} groups", a, b, groups),
            [&](TestGraph& t) {
                Tensor const x = concat(t.input("a", { 2, 6, 5, a }), t.input("b", { 2, 6, 5, b }, { .mean = 3 }));
                t.output(silu(group_norm(
                    x, t.weight("scale", { a + b }, near_one), t.weight("shift", { a + b }), groups, 1e-6f)));
            },
            { .also_as_gpu = true });
    }
}

TEST_CASE("group_norm: 163,840 f16 values of ~60 a group do not overflow")
{
    check_group_norm({ { 1, 128, 128, 20 }, 2 }, { .mean = 60, .deviation = 2 });
}

TEST_CASE("group_norm: large offsets keep their digits")
{
    check_group_norm({ { 1, 24, 24, 32 }, 8 }, { .mean = 1000, .deviation = 4 });
    // f32 holds 30000 to 2e-3; the deviation of 16 is what remains to be normalised.
    check_group_norm({ { 1, 24, 24, 32 }, 8 }, { .mean = 30000, .deviation = 300 });
}

TEST_CASE("group_norm: a constant group gives its shift, not NaN")
{
    check_group_norm({ { 2, 8, 8, 64 }, 32, Activation::silu }, { .value = [](std::size_t) { return 3.0; } });
    check_group_norm({ { 1, 8, 8, 16 }, 4 }, { .value = [](std::size_t) { return 0.0; } });
}

TEST_CASE("group_norm: one outlier among small values")
{
    check_group_norm({ { 1, 16, 16, 32 }, 4 },
        { .value = [](std::size_t i) { return i == 0 ? 6000.0 : static_cast<double>(i % 7) * 0.125; } });
}

TEST_CASE("group_norm: random shapes")
{
    for (std::uint64_t n = 1; n <= repetitions(6); ++n) {
        Random random(test_seed() * 1000 + n);
        int const groups = static_cast<int>(random.integer(1, 40));
        std::int64_t const channels = groups * random.integer(1, random.integer(0, 3) ? 12 : 400 / groups + 300);
        GroupNormCase const c { { random.integer(1, 3), random.integer(1, 30), random.integer(1, 30), channels },
            groups };
        check_group_norm(c, { .mean = random.normal() * 5 });
    }
}

namespace {

void check_layer_norm(Shape const& shape, Fill const& fill = {})
{
    check_graph(std::format("layer_norm {}", shape),
        [&](TestGraph& t) {
            Shape const channels { shape.channels() };
            t.output(layer_norm(
                t.input("x", shape, fill), t.weight("scale", channels, near_one), t.weight("shift", channels), 1e-5f));
        },
        { .also_as_gpu = true });
}

}

TEST_CASE("layer_norm: ordinary and odd shapes")
{
    check_layer_norm({ 2, 77, 768 });
    check_layer_norm({ 1, 5, 320 });
    check_layer_norm({ 3, 1 });
    check_layer_norm({ 2, 3, 7 });
    check_layer_norm({ 70000, 4 }); // more rows than a grid's first extent
    check_layer_norm({ 1, 2, 5121 });
}

TEST_CASE("layer_norm: large offsets and constant rows")
{
    check_layer_norm({ 4, 768 }, { .mean = 2000, .deviation = 8 });
    check_layer_norm({ 2, 9, 64 }, { .value = [](std::size_t) { return -7.0; } });
}
