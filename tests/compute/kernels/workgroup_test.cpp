// SPDX-License-Identifier: Apache-2.0
// Planning for a device with matrices of a whole workgroup, which none of the drivers for processors has: which ops take
// the coopmat2 kernels, with which grid, and which ops leave them alone.
#include "compute/graph/plan.h"
#include "compute/kernels/choice.h"
#include "compute/kernels/grid.h"
#include "compute/kernels/shader_library.h"
#include "compute/ops/ops.h"
#include "shaders/include/epilogue.params.h"
#include "tests/support/weights.h"

#include <catch2/catch_test_macros.hpp>

using namespace igneous;

namespace {

DeviceProfile with_matrices()
{
    DeviceProfile profile;
    profile.subgroup_size = profile.min_subgroup_size = profile.max_subgroup_size = 32;
    profile.max_workgroup_invocations = 1024;
    profile.shared_memory_bytes = 48 * 1024;
    profile.fragments = { { 16, 16, 16 } };
    profile.workgroup_matrices = { { 32, 16, 16, 128 }, { 32, 32, 16, 256 }, { 64, 32, 16, 512 } };
    profile.max_workgroup_matrix = 256;
    profile.flops_per_second = 1e15;
    return profile;
}

Weight zeros(std::string name, Shape shape)
{
    return test::make_weight(std::move(name), shape, std::vector<float>(static_cast<std::size_t>(shape.elements())));
}

/// The dispatches of an op, planned for coopmat2.
template<class Make>
std::vector<Dispatch> all_planned(Make make, DeviceProfile const& profile = with_matrices())
{
    auto graph = std::make_shared<Graph>(DType::f16);
    graph->output("y", make(*graph));
    force_kernel_family(KernelFamily::coopmat2);
    Plan const plan = make_plan(graph, { .profile = profile });
    force_kernel_family(KernelFamily::automatic);
    std::vector<Dispatch> dispatches;
    for (PlanStep const& step : plan.steps)
        dispatches.push_back(step.dispatch);
    return dispatches;
}

/// Of an op that has one.
template<class Make>
Dispatch planned(Make make, DeviceProfile const& profile = with_matrices())
{
    std::vector<Dispatch> const dispatches = all_planned(make, profile);
    REQUIRE(dispatches.size() == 1);
    return dispatches.front();
}

Dispatch planned_linear(
    std::int64_t rows, std::int64_t in, std::int64_t out, DeviceProfile const& profile = with_matrices())
{
    return planned([=](Graph& g) {
        return linear(g.input("x", DType::f16, { rows, in }, Rate::step), g.weight(zeros("w", { out, in })), {});
    }, profile);
}

Dispatch planned_conv(Shape x, std::int64_t out, ConvSettings settings)
{
    return planned([=](Graph& g) {
        return conv2d(g.input("x", DType::f16, x, Rate::step), g.weight(zeros("w", { out, x.channels(), 3, 3 })), {}, settings);
    });
}

bool is_built() { return !find_shader("attention/attention_coopmat2.f16").empty(); }

constexpr ConvSettings same { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1 };

}

TEST_CASE("coopmat2: a product is tiles of 128 x 128, by the widest workgroup up to 256", "[compute][kernels]")
{
    if (!is_built())
        SKIP("this glslc does not know GL_NV_cooperative_matrix2");
    Dispatch const d = planned_linear(1024, 640, 1280);
    CHECK(d.shader == "matmul/linear_coopmat2.f16.no");
    CHECK(d.groups == std::array<std::uint32_t, 3> { 8, 10, 1 });
    CHECK(d.constants == std::vector<std::uint32_t> { 256, 0, 128, 128, 32, 1, 1 });
    SECTION("ragged rows are clamped")
    {
        Dispatch const ragged = planned_linear(1030, 640, 1288);
        CHECK(ragged.groups == std::array<std::uint32_t, 3> { 9, 11, 1 });
        CHECK(ragged.constants.back() == 0);
    }
    SECTION("few rows take smaller tiles")
    {
        CHECK(planned_linear(8, 640, 1280).constants == std::vector<std::uint32_t> { 256, 0, 64, 128, 32, 1, 0 });
    }
    SECTION("switched off by the self-test, or of extents that do not divide the tile, the next family runs")
    {
        DeviceProfile off = with_matrices();
        off.disabled.insert("matmul/linear_coopmat2");
        CHECK(planned_linear(1024, 640, 1280, off).shader == "matmul/linear_coopmat.f16");
        DeviceProfile odd = with_matrices();
        odd.workgroup_matrices = { { 96, 16, 16, 256 } };
        CHECK(planned_linear(1024, 640, 1280, odd).shader == "matmul/linear_coopmat.f16");
    }
    SECTION("a picture whose bands would not begin at multiples of 16 bytes takes the next family, as they would")
    {
        auto const of_width = [](std::int64_t width) {
            return planned([=](Graph& g) {
                return linear(g.input("x", DType::f16, { 1, 20, width, 4 }, Rate::step), g.weight(zeros("w", { 8, 4 })));
            }).shader;
        };
        CHECK(of_width(32) == "matmul/linear_coopmat2.f16.no");
        CHECK(of_width(33) == "matmul/linear_coopmat.f16");
    }
}

TEST_CASE("coopmat2: a gated product has its outputs in half the columns", "[compute][kernels]")
{
    if (!is_built())
        SKIP("this glslc does not know GL_NV_cooperative_matrix2");
    Dispatch const d = planned([](Graph& g) {
        Tensor const x = g.input("x", DType::f16, { 256, 320 }, Rate::step);
        return geglu(linear(x, g.weight(zeros("w", { 2560, 320 })), {}));
    });
    CHECK(d.shader == "matmul/linear_coopmat2.f16.yes");
    CHECK(d.groups == std::array<std::uint32_t, 3> { 2, 20, 1 });
}

TEST_CASE("coopmat2: a convolution walks boxes of 8 x 16 pixels", "[compute][kernels]")
{
    if (!is_built())
        SKIP("this glslc does not know GL_NV_cooperative_matrix2");
    Dispatch const d = planned_conv({ 2, 20, 40, 32 }, 64, same);
    CHECK(d.shader == "conv/conv2d_coopmat2.f16");
    CHECK(d.groups == std::array<std::uint32_t, 3> { 2 * 3 * 3, 1, 1 });
    CHECK(d.flops == 2.0 * 2 * 20 * 40 * 64 * 9 * 32);
    SECTION("upsampling by two: four phases, each of the picture's own size")
    {
        ConvSettings up = same;
        up.upsample = 2;
        CHECK(planned_conv({ 1, 20, 40, 32 }, 64, up).groups == std::array<std::uint32_t, 3> { 4 * 3 * 3, 1, 1 });
    }
    SECTION("stride two")
    {
        ConvSettings down = same;
        down.stride = 2;
        CHECK(planned_conv({ 1, 40, 80, 32 }, 64, down).groups == std::array<std::uint32_t, 3> { 3 * 3, 1, 1 });
    }
    SECTION("four channels do not start at multiples of 16 bytes")
    {
        CHECK(planned_conv({ 1, 20, 40, 4 }, 64, same).shader == "conv/conv2d_boxes_coopmat.f16");
    }
}

TEST_CASE("coopmat2: long sums of few rows are split, in parts that follow from one picture", "[compute][kernels]")
{
    if (!is_built())
        SKIP("this glslc does not know GL_NV_cooperative_matrix2");
    using Count = std::int64_t;
    constexpr std::uint32_t out_f32 = params::EPILOGUE_OUT_F32;
    auto const dense = [](Count texts, Count tokens, Count in, Count out, bool gated = false) {
        return all_planned([=](Graph& g) {
            Tensor const x = g.input("x", DType::f16, { texts, tokens, in }, Rate::step);
            Tensor const y = linear(x, g.weight(zeros("w", { out, in })), g.weight(zeros("b", { out })));
            return gated ? geglu(y) : y;
        });
    };
    auto const parts = [](std::vector<Dispatch> const& dispatches) {
        bool const summed = dispatches.back().shader == "matmul/product_sum";
        CHECK(dispatches.size() == (summed ? 2 : 1));
        CHECK(summed == (dispatches.front().groups[2] > 1));
        return dispatches.front().groups[2];
    };
    SECTION("linear")
    {
        std::vector<Dispatch> const d = dense(1, 64, 5120, 1280);
        REQUIRE(parts(d) == 9);                                // 10 tiles of 128 x 128, of 256 wanted
        CHECK(d[0].shader == "matmul/linear_coopmat2.f16.no");
        CHECK(d[0].groups == std::array<std::uint32_t, 3> { 1, 10, 9 });
        CHECK(d[0].constants == std::vector<std::uint32_t> { 256, out_f32, 64, 128, 32, 9, 1 });
        CHECK(d[1].constants == std::vector<std::uint32_t> { 128, params::EPILOGUE_BIAS, 9 });
        CHECK(parts(dense(4, 64, 5120, 1280)) == 9);
        CHECK(parts(dense(1, 64, 1280, 1280)) == 2);           // each 512 deep at least
        CHECK(parts(dense(1, 1024, 5120, 1280)) == 3);
        CHECK(parts(dense(1, 64, 5120, 1278)) == 1);           // a part would not begin at 16 bytes
        CHECK(parts(dense(1, 64, 5120, 1280, true)) == 1);     // values and gates in halves
    }
    SECTION("conv2d")
    {
        auto const conv = [](Count images, Count side) {
            return all_planned([=](Graph& g) {
                Tensor const x = g.input("x", DType::f16, { images, side, side, 1280 }, Rate::step);
                return conv2d(x, g.weight(zeros("w", { 1280, 1280, 3, 3 })), {}, same);
            });
        };
        std::vector<Dispatch> const d = conv(1, 8);
        REQUIRE(parts(d) == 9);                                // a tap each
        CHECK(d[0].shader == "conv/conv2d_coopmat2.f16");
        CHECK(d[0].groups == std::array<std::uint32_t, 3> { 2, 10, 9 });
        CHECK(d[0].constants == std::vector<std::uint32_t> { 256, out_f32, 64, 128, 32, 9, 4, 16 });
        CHECK(parts(conv(3, 8)) == 9);
        CHECK(parts(conv(1, 32)) == 3);
    }
}

TEST_CASE("coopmat2: attention takes heads of a multiple of eight", "[compute][kernels]")
{
    if (!is_built())
        SKIP("this glslc does not know GL_NV_cooperative_matrix2");
    auto const with_head = [](std::int64_t head) {
        return planned([=](Graph& g) {
            auto const in = [&](char const* name, std::int64_t length) {
                return g.input(name, DType::f16, { 2, length, 4 * head }, Rate::step);
            };
            return attention(in("q", 100), in("k", 77), in("v", 77), 4, 0.15f);
        });
    };
    Dispatch const d = with_head(40);
    CHECK(d.shader == "attention/attention_coopmat2.f16");
    CHECK(d.groups == std::array<std::uint32_t, 3> { 2, 4, 2 });
    CHECK(d.constants == std::vector<std::uint32_t> { 256, 64, 64, 64, 1 });
    CHECK(with_head(20).shader == "attention/attention_coopmat.f16");
}

TEST_CASE("coopmat2: keys of few heads are split, in parts that follow from one picture", "[compute][kernels]")
{
    if (!is_built())
        SKIP("this glslc does not know GL_NV_cooperative_matrix2");
    using Count = std::int64_t;
    auto const with_head = [](Count images, Count tokens, int heads, Count head, bool causal = false) {
        return all_planned([=](Graph& g) {
            Tensor const x = g.input("x", DType::f16, { images, tokens, heads * head }, Rate::step);
            return attention(x, x, x, heads, 0.1f, causal);
        });
    };
    std::vector<Dispatch> const d = with_head(1, 4096, 1, 64);
    REQUIRE(d.size() == 2);
    CHECK(d[0].shader == "attention/attention_coopmat2.f16");
    CHECK(d[0].groups == std::array<std::uint32_t, 3> { 64, 1, 4 });
    CHECK(d[0].constants == std::vector<std::uint32_t> { 256, 64, 64, 64, 4 });
    CHECK(d[1].shader == "attention/attention_join.f16");
    CHECK(d[1].constants == std::vector<std::uint32_t> { 128, 4 });
    CHECK(with_head(3, 4096, 1, 64)[0].groups == std::array<std::uint32_t, 3> { 64, 1, 3 * 4 });
    CHECK(with_head(1, 4096, 1, 192)[0].constants == std::vector<std::uint32_t> { 256, 64, 64, 192, 4 });
    CHECK(with_head(1, 4096, 1, 256)[0].constants == std::vector<std::uint32_t> { 256, 32, 32, 256, 2 });
    CHECK(with_head(1, 4096, 8, 64).size() == 1);
    CHECK(with_head(1, 1024, 1, 64).size() == 1);          // 1024 keys each at least
    CHECK(with_head(1, 4096, 1, 64, true).size() == 1);    // most keys of a causal one are not looked at
}
