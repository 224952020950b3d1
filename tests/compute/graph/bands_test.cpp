// SPDX-License-Identifier: Apache-2.0
// Pictures worked on in bands of rows are the whole pictures, to the last bit.
#include "compute/graph/bands.h"

#include "compute/graph/fusion.h"
#include "compute/graph/plan.h"
#include "compute/graph/program.h"
#include "compute/kernels/choice.h"
#include "compute/memory/weight_store.h"
#include "tests/support/check.h"
#include "tests/support/random.h"
#include "tests/support/test_device.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <format>
#include <functional>

using namespace igneous;

namespace {

struct Bytes {
    std::vector<std::byte> y;
    std::uint64_t arena = 0;
    bool operator==(Bytes const& other) const { return y == other.y; }
};

/// How a graph is planned: of a device like the one here, or as for a GPU on it.
struct How {
    DType tier = DType::f32;
    KernelFamily family = KernelFamily::automatic;
    bool cpu = true;

    std::string text() const
    {
        return std::format(
            "{} {} {}", name_of(tier), family == KernelFamily::coopmat ? "coopmat" : "scalar", cpu ? "cpu" : "gpu");
    }
};

std::vector<How> ways(Device const& device)
{
    using enum KernelFamily;
    std::vector<How> all { { DType::f32, scalar, true }, { DType::f16, scalar, true }, { DType::f32, scalar, false },
        { DType::f16, scalar, false } };
    if (!device.profile().fragments.empty())
        all.push_back({ DType::f16, coopmat, device.profile().cpu });
    return all;
}

using Build = std::function<void(test::TestGraph&)>;

/// `cut` makes the plan of a fused graph.
Bytes run(
    Build const& build, How const& how, std::function<Plan(std::shared_ptr<Graph>, PlanOptions const&)> const& cut)
{
    auto const device = test::test_device();
    test::TestGraph t(how.tier, test::test_seed());
    build(t);
    PlanOptions options { .profile = device->profile() };
    options.profile.cpu = how.cpu && options.profile.cpu;
    force_kernel_family(how.family);
    auto const plan = std::make_shared<Plan const>(cut(t.share(), options));
    force_kernel_family(KernelFamily::automatic);
    Program program(device, plan, WeightStore::create(device));
    for (auto const& [name, value] : t.inputs())
        program.write(name, value);
    program.run();
    CHECK(test::validation_complaints(*device).empty());
    return { program.read("y").bytes, plan->arena_bytes };
}

Bytes whole(Build const& build, How const& how) { return run(build, how, make_plan); }

Bytes within(Build const& build, How const& how, std::uint64_t limit)
{
    return run(build, how, [&](std::shared_ptr<Graph> graph, PlanOptions options) {
        options.arena_limit = limit;
        return make_plan(std::move(graph), options);
    });
}

/// With all that can be streamed streamed, in bands as thin as `band_bytes` says.
Bytes streamed(Build const& build, How const& how, std::uint64_t band_bytes)
{
    return run(build, how, [&](std::shared_ptr<Graph> graph, PlanOptions options) {
        fuse(*graph);
        options.fuse = false;
        return make_plan(in_bands(*graph, can_be_streamed(*graph), band_bytes, options.profile), options);
    });
}

Tensor norm(test::TestGraph& t, std::string const& name, Tensor x, int groups)
{
    Shape const channels { x.shape.channels() };
    return silu(group_norm(x, t.weight(name + ".scale", channels), t.weight(name + ".shift", channels), groups, 1e-6f));
}

Tensor conv(
    test::TestGraph& t, std::string const& name, Tensor x, int out, ConvSettings const& settings, int kernel = 3)
{
    double const deviation = 1 / (kernel * std::sqrt(static_cast<double>(x.shape.channels())));
    return conv2d(x, t.weight(name, { out, x.shape.channels(), kernel, kernel }, { .deviation = deviation }),
        t.weight(name + ".bias", { out }), settings);
}

constexpr ConvSettings around { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1 };
constexpr ConvSettings doubled { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1, .upsample = 2 };
constexpr ConvSettings halved { .stride = 2, .pad_bottom = 1, .pad_right = 1 };

Tensor resnet(test::TestGraph& t, std::string const& name, Tensor x, int out, int groups = 4)
{
    Tensor const h = conv(t, name + ".1", norm(t, name + ".n1", x, groups), out, around);
    Tensor const y = conv(t, name + ".2", norm(t, name + ".n2", h, groups), out, around);
    bool const same = x.shape.channels() == out;
    return y + (same ? x : linear(x, t.weight(name + ".s", { out, x.shape.channels() }, { .deviation = 0.3 })));
}

/// The shape of an autoencoder's decoder: something whole in the middle, two enlargements.
void decoder(test::TestGraph& t)
{
    Tensor x = conv(t, "in", t.input("x", { 1, 7, 5, 4 }), 16, around);
    x = resnet(t, "a", x, 16);
    Tensor const flat = reshape(x, { 1, 35, 16 });
    x = x + reshape(attention(flat, flat, flat, 1, 0.25f), x.shape);
    x = conv(t, "up1", resnet(t, "b", x, 16), 16, doubled);
    x = conv(t, "up2", resnet(t, "c", x, 8), 8, doubled);
    x = resnet(t, "d", resnet(t, "e", x, 4), 4);
    t.output(cast(conv(t, "out", norm(t, "n", x, 4), 3, around), DType::f32));
}

/// An encoder's: halved twice, with odd extents on the way.
void encoder(test::TestGraph& t)
{
    Tensor x = conv(t, "in", affine(t.input("x", { 1, 39, 28, 3 }), 0.5f, 0.5f), 8, around);
    x = conv(t, "down1", resnet(t, "a", x, 8), 8, halved);
    x = conv(t, "down2", resnet(t, "b", x, 12), 12,
        { .stride = 2, .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1 });
    x = resnet(t, "c", x, 12);
    t.output(cast(conv(t, "out", norm(t, "n", x, 4), 4, around), DType::f32));
}

/// What models need not have: two sources side by side, something added to every pixel, a wide kernel, no norm.
void odd_ones(test::TestGraph& t)
{
    Tensor const x = t.input("x", { 1, 30, 6, 8 });
    Tensor const a = conv(t, "a", x, 8, { .pad_top = 2, .pad_left = 2, .pad_bottom = 2, .pad_right = 2 }, 5);
    Tensor const both = concat(a, x);
    Tensor b = conv(t, "b", norm(t, "n", both, 4), 8, around) + t.input("add", { 1, 1, 1, 8 });
    b = activate(b * a, Activation::tanh);
    t.output(cast(conv(t, "out", concat(b, a), 4, around), DType::f32));
}

/// What is overwritten band by band is looked at above, below, not around, and across the channels.
void overwritten(test::TestGraph& t)
{
    Tensor x = conv(t, "in", t.input("x", { 1, 21, 6, 8 }), 8, around);
    x = x + conv(t, "a", silu(x), 8, { .pad_top = 2, .pad_left = 1, .pad_right = 1 });
    x = x + conv(t, "b", silu(x), 8, { .pad_left = 1, .pad_bottom = 2, .pad_right = 1 });
    x = x + linear(silu(x), t.weight("c", { 8, 8 }, { .deviation = 0.3 }));
    x = linear(x, t.weight("d", { 8, 8 }, { .deviation = 0.3 })) + silu(affine(x, 2));
    t.output(cast(x, DType::f32));
}

}

TEST_CASE("bands: every height gives the whole picture to the last bit, in every family", "[compute][graph][bands]")
{
    auto const device = test::test_device();
    for (Build const& build : { Build(decoder), Build(encoder), Build(odd_ones), Build(overwritten) })
        for (How const& how : ways(*device)) {
            INFO(how.text());
            Bytes const expected = whole(build, how);
            REQUIRE(std::ranges::any_of(expected.y, [](std::byte b) { return b != std::byte {}; }));
            for (std::uint64_t const band_bytes : { 1, 5000, 12000, 1 << 30 }) {
                INFO("bands of " << band_bytes << " bytes");
                CHECK(streamed(build, how, band_bytes) == expected);
            }
        }
}

/// A picture with tiles enough for a device, bands of it without: only those would have their sums split.
TEST_CASE("bands: sums are split as the whole picture's are", "[compute][graph][bands]")
{
    auto const deep = [](test::TestGraph& t) {
        Tensor const x = conv(t, "in", t.input("x", { 1, 131, 64, 4 }), 116, around);
        t.output(cast(conv(t, "out", x, 8, around), DType::f32));
    };
    auto const wide = [](test::TestGraph& t) {              // in three parts; bands by themselves would have four
        Tensor const x = linear(t.input("x", { 1, 85, 64, 4 }), t.weight("in", { 2080, 4 }, { .deviation = 0.5 }));
        t.output(cast(linear(x, t.weight("out", { 8, 2080 }, { .deviation = 0.02 })), DType::f32));
    };
    How const gpu { DType::f16, KernelFamily::scalar, false };
    CHECK(streamed(deep, gpu, 20 * 64 * 116 * 2) == whole(deep, gpu));
    CHECK(streamed(wide, gpu, 20 * 64 * 2080 * 2) == whole(wide, gpu));
}

/// Tiles of two rows begin in even rows of the whole picture, wherever a band begins.
TEST_CASE("bands: Winograd's tiles are the whole picture's", "[compute][graph][bands]")
{
    auto const wide = [](test::TestGraph& t) {
        Tensor x = conv(t, "in", t.input("x", { 1, 21, 12, 4 }), 64, around);
        for (char const* const name : { "a", "b", "c" })
            x = conv(t, name, x, 64, around);
        t.output(cast(x, DType::f32));
    };
    How const cpu { DType::f16, KernelFamily::scalar, true };
    Bytes const expected = whole(wide, cpu);
    for (std::uint64_t const rows : { 1, 3, 8, 13 })
        CHECK(streamed(wide, cpu, rows * 12 * 64 * 2) == expected);
}

/// Large enough for statistics in boxes on GPUs, which the whole picture's convolutions store.
TEST_CASE("bands: statistics of norms are the whole picture's", "[compute][graph][bands]")
{
    auto const large = [](test::TestGraph& t) {
        Tensor const x = t.input("x", { 1, 43, 26, 8 });
        Tensor const h = resnet(t, "a", conv(t, "in", x, 150, around), 150, 5);
        t.output(cast(conv(t, "out", norm(t, "n", concat(h, x), 2), 4, around), DType::f32));
    };
    for (DType const tier : { DType::f32, DType::f16 }) {
        How const gpu { tier, KernelFamily::scalar, false };
        Bytes const expected = whole(large, gpu);
        for (std::uint64_t const band_bytes : { 1 << 10, 1 << 17, 1 << 30 })
            CHECK(streamed(large, gpu, band_bytes) == expected);
    }
}

TEST_CASE("bands: whatever is streamed and whatever stays whole, the bits are the same", "[compute][graph][bands]")
{
    test::test_device();
    test::Random random(test::test_seed(), "bands");
    for (Build const& build : { Build(decoder), Build(encoder), Build(odd_ones), Build(overwritten) })
        for (How const& how : { How {}, How { DType::f16, KernelFamily::scalar, false } }) {
            Bytes const expected = whole(build, how);
            for (std::uint64_t i = 0; i < test::repetitions(6); ++i) {
                auto const band_bytes = static_cast<std::uint64_t>(random.integer(1, 6000));
                std::string which;
                Bytes const got = run(build, how, [&](std::shared_ptr<Graph> graph, PlanOptions options) {
                    fuse(*graph);
                    options.fuse = false;
                    std::vector<bool> some = can_be_streamed(*graph);
                    for (std::size_t node = 0; node < some.size(); ++node) {
                        some[node] = some[node] && random.integer(0, 1) == 0;
                        which += some[node] ? std::format(" {}", node) : "";
                    }
                    return make_plan(in_bands(*graph, some, band_bytes, options.profile), options);
                });
                INFO(how.text() << ", bands of " << band_bytes << " bytes, streamed" << which);
                CHECK(got == expected);
            }
        }
}

TEST_CASE("bands: an arena keeps to its limit, and without one nothing changes", "[compute][graph][bands]")
{
    test::test_device();
    How const how;
    Bytes const expected = whole(decoder, how);
    for (int const percent : { 90, 75, 65 }) {                // below that it is the attention that needs it
        std::uint64_t const limit = expected.arena * static_cast<std::uint64_t>(percent) / 100;
        Bytes const got = within(decoder, how, limit);
        INFO(percent << " % of " << expected.arena << " bytes took " << got.arena);
        CHECK(got.arena <= limit);
        CHECK(got == expected);
    }
    CHECK(within(decoder, how, expected.arena).arena == expected.arena);
    Bytes const least = within(decoder, how, 1);            // cannot be had
    CHECK(least.arena < expected.arena);
    CHECK(least == expected);
}

TEST_CASE("bands: what is read from outside, by whole ops, or in batches stays whole", "[compute][graph][bands]")
{
    test::TestGraph t(DType::f32, 1);
    Tensor const x = t.input("x", { 1, 16, 8, 8 });
    Tensor const a = conv(t, "a", x, 8, around);            // read by the reshape
    Tensor const b = conv(t, "b", reshape(reshape(a, { 1, 128, 8 }), a.shape), 8, around);
    Tensor const c = conv(t, "c", b, 8, around);
    Tensor const thin = conv(t, "d", c, 3, { .pad_top = 1, .pad_bottom = 1 });   // rows of 18 values: not fours
    t.output(c, "c");
    t.output(conv(t, "e", thin, 4, around));
    t.output(silu(silu(t.input("batch", { 2, 16, 8, 8 }))), "z");
    std::vector<bool> const can = can_be_streamed(t.graph());
    CHECK(can[b.node]);
    for (Tensor const& not_this : { x, a, c, thin })
        CHECK_FALSE(can[not_this.node]);
    CHECK(std::ranges::count(can, true) == 1);
}
