// SPDX-License-Identifier: Apache-2.0
// Every tile that tuning may choose gives the bits of the fixed rules' tile.
#include "compute/device/device.h"
#include "compute/graph/program.h"
#include "compute/kernels/choice.h"
#include "compute/kernels/device_defaults.h"
#include "compute/kernels/tune_table.h"
#include "compute/memory/weight_store.h"
#include "compute/ops/ops.h"
#include "tests/support/check.h"
#include "tests/support/test_device.h"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <functional>

using namespace igneous;
using namespace igneous::test;

namespace {

struct Kernels {
    KernelFamily family;
    bool cpu;                               // as for a CPU: lanes
};

class ForcedFamily {
public:
    explicit ForcedFamily(KernelFamily family) { force_kernel_family(family); }
    ~ForcedFamily() { force_kernel_family(KernelFamily::automatic); }
    ForcedFamily(ForcedFamily const&) = delete;
    ForcedFamily& operator=(ForcedFamily const&) = delete;
};

using Build = std::function<void(TestGraph&)>;

struct Made {
    std::vector<std::byte> bytes;
    std::vector<TileChoice> choices;
};

Made make(Build const& build, DType tier, DeviceProfile const& profile)
{
    auto const device = test_device();
    TestGraph graph(tier, test_seed());
    build(graph);
    auto const plan = std::make_shared<Plan const>(make_plan(graph.share(), { .profile = profile }));
    Made made;
    for (PlanStep const& step : plan->steps)
        if (step.dispatch.tile)
            made.choices.push_back(*step.dispatch.tile);
    Program program(device, plan, WeightStore::create(device));
    for (auto const& [name, value] : graph.inputs())
        program.write(name, value);
    program.run();
    made.bytes = program.read("y").bytes;
    return made;
}

/// Runs it with each candidate in turn; how many there were.
std::size_t check_tiles(std::string const& what, Build const& build, DType tier, Kernels const& kernels)
{
    ForcedFamily const forced(kernels.family);
    DeviceProfile profile = test_device()->profile();
    profile.cpu = kernels.cpu;
    profile.tune = nullptr;
    Made const by_rules = make(build, tier, profile);
    REQUIRE(!by_rules.choices.empty());
    std::vector<Tile> const tiles = by_rules.choices.front().candidates;
    CHECK(by_rules.choices.front().chosen == tiles.front());
    for (Tile const& tile : tiles) {
        CAPTURE(what, name_of(tier), by_rules.choices.front().shapes.kernel, text_of(tile));
        TuneTable table;
        table.entries[by_rules.choices.front().shapes] = { .tile = tile };
        profile.tune = std::make_shared<TuneTable const>(table);
        Made const made = make(build, tier, profile);
        CHECK(made.choices.front().chosen == tile);
        CHECK(made.bytes == by_rules.bytes);
    }
    return tiles.size();
}

Build linear_of(std::int64_t rows, std::int64_t in, std::int64_t out, bool with_geglu = false)
{
    return [=](TestGraph& t) {
        Fill const small { .deviation = 1 / std::sqrt(static_cast<double>(in)) };
        Tensor const x = t.input("x", { rows, in });
        if (with_geglu)
            t.output(geglu(linear(x, t.weight("w", { 2 * out, in }, small), t.weight("b", { 2 * out }))));
        else
            t.output(silu(linear(x, t.weight("w", { out, in }, small), t.weight("b", { out })))
                     + t.input("r", { rows, out }));
    };
}

Build conv_of(std::int64_t side, std::int64_t in, std::int64_t out, std::int64_t more = 0)
{
    return [=](TestGraph& t) {
        Fill const small { .deviation = 1 / std::sqrt(9.0 * static_cast<double>(in + more)) };
        Tensor x = t.input("x", { 2, side, side + 2, in });
        if (more)
            x = concat(x, t.input("x2", { 2, side, side + 2, more }));
        t.output(conv2d(x, t.weight("w", { out, in + more, 3, 3 }, small), t.weight("b", { out }),
            { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1 }));
    };
}

/// What follows from the statistics that a convolution stores.
Build norm_of_conv()
{
    return [](TestGraph& t) {
        Tensor const y = conv2d(t.input("x", { 2, 21, 30, 20 }), t.weight("w", { 150, 20, 3, 3 }, { .deviation = 0.1 }),
            t.weight("b", { 150 }), { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1 });
        t.output(group_norm(y, t.weight("scale", { 150 }), t.weight("shift", { 150 }), 5, 1e-5f));
    };
}

Build attention_of(std::int64_t queries, std::int64_t keys, int heads, std::int64_t size, bool causal = false)
{
    return [=](TestGraph& t) {
        auto const width = heads * size;
        t.output(attention(t.input("q", { 2, queries, width }), t.input("k", { 2, keys, width }),
            t.input("v", { 2, keys, width }), heads, 1 / std::sqrt(static_cast<float>(size)), causal));
    };
}

}

TEST_CASE("tiles: every lanes tile gives the same bits", "[compute][kernels]")
{
    Kernels const lanes { KernelFamily::scalar, true };
    CHECK(check_tiles("linear", linear_of(77, 100, 70), DType::f16, lanes) >= 6);
    check_tiles("linear, geglu", linear_of(33, 72, 50, true), DType::f16, lanes);
    check_tiles("conv2d", conv_of(9, 20, 33), DType::f16, lanes);
    check_tiles("attention, causal", attention_of(77, 77, 2, 20, true), DType::f16, lanes);
    for (DType const tier : { DType::f32, DType::f16 }) {
        check_tiles("linear, odd", linear_of(19, 37, 27), tier, lanes);
        check_tiles("conv2d of two", conv_of(5, 13, 40, 7), tier, lanes);
        CHECK(check_tiles("attention", attention_of(37, 50, 2, 40), tier, lanes) >= 2);
    }
}

TEST_CASE("tiles: every tile in shared memory gives the same bits", "[compute][kernels]")
{
    Kernels const tiles { KernelFamily::scalar, false };
    // One epilogue each: every tile of one is a pipeline that takes a CPU driver a second to compile.
    CHECK(check_tiles("linear", linear_of(150, 100, 140), DType::f16, tiles) >= 6);
    check_tiles("conv2d of two", conv_of(9, 20, 33, 12), DType::f32, tiles);
    check_tiles("linear, sums split", linear_of(20, 1100, 40), DType::f16, tiles);
    check_tiles("conv2d, sums split", conv_of(5, 120, 33), DType::f32, tiles);
    check_tiles("conv2d in boxes", conv_of(14, 20, 33, 12), DType::f16, tiles);
    check_tiles("conv2d in boxes, sums split", conv_of(11, 80, 33, 40), DType::f32, tiles);
    CHECK(check_tiles("statistics of conv2d", norm_of_conv(), DType::f16, tiles) >= 2);
}

TEST_CASE("tiles: every tile of matrices gives the same bits", "[compute][kernels]")
{
    if (test_device()->profile().fragments.empty())
        SKIP("no cooperative matrices");
    Kernels const matrices { KernelFamily::coopmat, test_device()->profile().cpu };
    CHECK(check_tiles("linear", linear_of(50, 100, 70), DType::f16, matrices) >= 3);
    check_tiles("conv2d of two", conv_of(5, 20, 33, 12), DType::f16, matrices);
    check_tiles("conv2d in boxes", conv_of(14, 20, 33, 12), DType::f16, matrices);
    CHECK(check_tiles("attention", attention_of(37, 50, 2, 40), DType::f16, matrices) >= 2);
    check_tiles("attention, causal", attention_of(50, 50, 1, 72, true), DType::f16, matrices);
}

TEST_CASE("tiles: every tile of matrices stores the same statistics", "[compute][kernels]")
{
    if (test_device()->profile().fragments.empty())
        SKIP("no cooperative matrices");
    CHECK(check_tiles("statistics of conv2d", norm_of_conv(), DType::f16, { KernelFamily::coopmat, false }) >= 4);
}

TEST_CASE("tiles: a table that names a tile the device cannot have changes nothing", "[compute][kernels]")
{
    DeviceProfile profile;
    TuneClass const shapes { .kernel = "matmul/linear_tiles.f16", .columns = 64 };
    TuneTable table;
    table.entries[shapes] = { .tile = { 4096, 4096, 4096 } };
    profile.tune = std::make_shared<TuneTable const>(table);
    std::vector<Tile> const candidates { { 64, 64, 16 }, { 32, 64, 16 } };
    CHECK(choose_tile(profile, shapes, candidates).chosen == candidates[0]);

    table.entries[shapes] = { .tile = candidates[1] };
    profile.tune = std::make_shared<TuneTable const>(table);
    CHECK(choose_tile(profile, shapes, candidates).chosen == candidates[1]);
    profile.disabled.insert("matmul/linear_tiles 32x64x16");
    CHECK(choose_tile(profile, shapes, candidates).chosen == candidates[0]);
    CHECK(choose_tile(profile, shapes, candidates).candidates.size() == 1);
}

TEST_CASE("device defaults: who gets matrices", "[compute][kernels]")
{
    DeviceProfile profile;
    CHECK(device_defaults(profile).matrices);
    profile.vendor = 0x8086;
    profile.min_subgroup_size = 8;
    CHECK_FALSE(device_defaults(profile).matrices);           // Xe1
    profile.min_subgroup_size = 16;
    CHECK(device_defaults(profile).matrices);                 // Xe2
    profile.vendor = 0x10de;
    profile.cpu = true;
    CHECK_FALSE(device_defaults(profile).matrices);
    for (DeviceDefaults const& defaults : all_device_defaults())
        CHECK_FALSE(defaults.reason.empty());
}
