// SPDX-License-Identifier: Apache-2.0
// Statistics that a convolution makes of what it stores are those of a pass of its own, to the last bit.
#include "compute/device/device.h"
#include "compute/graph/program.h"
#include "compute/kernels/choice.h"
#include "compute/kernels/tune_table.h"
#include "compute/memory/weight_store.h"
#include "compute/ops/ops.h"
#include "tests/support/check.h"
#include "tests/support/test_device.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <functional>

using namespace igneous;
using namespace igneous::test;

namespace {

using Build = std::function<Tensor(TestGraph&)>;

struct How {
    DType tier = DType::f16;
    KernelFamily family = KernelFamily::scalar;
    bool keep_all = false; // every norm makes statistics of its own
    bool cpu = false;
};

std::shared_ptr<Plan const> plan_of(TestGraph& graph, Build const& build, How const& how)
{
    DeviceProfile profile = test_device()->profile();
    profile.cpu = how.cpu;
    graph.output(build(graph));
    force_kernel_family(how.family);
    auto plan = std::make_shared<Plan const>(make_plan(graph.share(), { .profile = profile, .keep_all = how.keep_all }));
    force_kernel_family(KernelFamily::automatic);
    return plan;
}

std::vector<std::byte> run(TestGraph& graph, std::shared_ptr<Plan const> plan)
{
    auto const device = test_device();
    Program program(device, std::move(plan), WeightStore::create(device));
    for (auto const& [name, value] : graph.inputs())
        program.write(name, value);
    program.run();
    CHECK(validation_complaints(*device).empty());
    return program.read("y").bytes;
}

std::ptrdiff_t passes(Plan const& plan)
{
    return std::ranges::count_if(
        plan.steps, [](PlanStep const& step) { return step.dispatch.shader.starts_with("norm/box_statistics"); });
}

std::ptrdiff_t storing(Plan const& plan)
{
    return std::ranges::count_if(plan.steps, [](PlanStep const& step) {
        return step.dispatch.tile && step.dispatch.tile->shapes.kernel.contains("+statistics");
    });
}

constexpr ConvSettings around { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1 };

Tensor conv(TestGraph& t, std::string const& name, Tensor x, std::int64_t out, ConvSettings const& settings = around)
{
    double const inputs = 9.0 * static_cast<double>(x.shape.channels());
    return conv2d(x, t.weight(name, { out, x.shape.channels(), 3, 3 }, { .deviation = 1 / std::sqrt(inputs) }),
        t.weight(name + ".bias", { out }, { .mean = 2 }), settings);
}

Tensor norm(TestGraph& t, std::string const& name, Tensor x, int groups = 5)
{
    Shape const channels { x.shape.channels() };
    return silu(group_norm(x, t.weight(name + ".scale", channels), t.weight(name + ".shift", channels), groups, 1e-5f));
}

/// With `storing_count` convolutions that make statistics, and passes for `pass_count` other values.
void check(Build const& build, std::ptrdiff_t storing_count, std::ptrdiff_t pass_count, How how = {})
{
    CAPTURE(name_of(how.tier), static_cast<int>(how.family));
    TestGraph with(how.tier, test_seed()), without(how.tier, test_seed());
    auto const stores = plan_of(with, build, how);
    how.keep_all = true;
    auto const passes_only = plan_of(without, build, how);
    CHECK(storing(*stores) == storing_count);
    CHECK(passes(*stores) == pass_count);
    CHECK(storing(*passes_only) == 0);
    CHECK(passes(*passes_only) >= storing_count + pass_count);     // one for each norm and value
    CHECK(run(with, stores) == run(without, passes_only));
}

/// The first convolution stores statistics; the second one's sum is split, so that a pass makes them.
Tensor block(TestGraph& t, std::int64_t images)
{
    Tensor const h = conv(t, "first", t.input("x", { images, 23, 30, 24 }), 150);
    return norm(t, "second.norm", conv(t, "second", norm(t, "first.norm", h), 150) + h);
}

}

TEST_CASE("statistics while storing: a residual block of two pictures", "[compute][graph]")
{
    auto const two = [](TestGraph& t) { return block(t, 2); };
    check(two, 1, 1, { DType::f32 });
    check(two, 1, 1, { DType::f16 });
    if (!test_device()->profile().fragments.empty())
        check(two, 1, 1, { DType::f16, KernelFamily::coopmat });
}

TEST_CASE("statistics while storing: a picture alone has the bits that it has among others", "[compute][graph]")
{
    TestGraph batch(DType::f16, test_seed()), alone(DType::f16, test_seed());
    auto const all = plan_of(batch, [](TestGraph& t) { return block(t, 2); }, {});
    auto const one = plan_of(alone, [](TestGraph& t) { return block(t, 1); }, {});
    std::vector<std::byte> const expected = run(batch, all);
    Program program(test_device(), one, WeightStore::create(test_device()));
    HostTensor const& both = batch.inputs().at("x");
    HostTensor picture(both.dtype, both.shape.with(0, 1));
    std::size_t const size = picture.bytes.size(), y_size = expected.size() / 2;
    for (std::size_t i = 0; i < 2; ++i) {
        std::copy_n(both.bytes.begin() + static_cast<std::ptrdiff_t>(i * size), size, picture.bytes.begin());
        program.write("x", picture);
        program.run();
        CHECK(std::ranges::equal(program.read("y").bytes, std::span(expected).subspan(i * y_size, y_size)));
    }
}

TEST_CASE("statistics while storing: of what is made from a norm that is applied while loading", "[compute][graph]")
{
    check(
        [](TestGraph& t) {
            Tensor const h = conv(t, "a", t.input("x", { 1, 73, 80, 8 }), 96);
            Tensor const y = conv(t, "b", norm(t, "n1", h, 4), 96) + h;
            return norm(t, "n2", y, 4);
        },
        2, 0);
}

TEST_CASE("statistics while storing: all norms of a value share them, alone and beside another", "[compute][graph]")
{
    check(
        [](TestGraph& t) {
            Tensor const h = conv(t, "a", t.input("x", { 1, 23, 30, 24 }), 110), other = t.input("b", { 1, 23, 30, 60 });
            return concat(norm(t, "n1", concat(h, other)), norm(t, "n2", concat(other, h)));
        },
        1, 1);
}

TEST_CASE("statistics while storing: values that no tile of boxes makes have a pass", "[compute][graph]")
{
    ConvSettings doubled = around, halved = around;
    doubled.upsample = halved.stride = 2;
    check([=](TestGraph& t) { return norm(t, "n", conv(t, "a", t.input("x", { 1, 12, 15, 24 }), 150, doubled)); }, 0, 1);
    check([=](TestGraph& t) { return norm(t, "n", conv(t, "a", t.input("x", { 1, 46, 60, 24 }), 150, halved)); }, 0, 1);
    check([](TestGraph& t) { return norm(t, "n", conv(t, "a", t.input("x", { 1, 150, 5, 24 }), 150)); }, 0, 1);
}

TEST_CASE("statistics while storing: CPU drivers and small pictures keep to the usual passes", "[compute][graph]")
{
    check([](TestGraph& t) { return block(t, 1); }, 0, 0, { .tier = DType::f32, .cpu = true });
    check([](TestGraph& t) { return norm(t, "n", conv(t, "a", t.input("x", { 1, 8, 16, 24 }), 150)); }, 0, 0);
}
