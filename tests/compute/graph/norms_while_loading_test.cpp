// SPDX-License-Identifier: Apache-2.0
// A norm that a convolution applies while it loads is the norm by itself, to the last bit.
#include "compute/device/device.h"
#include "compute/graph/program.h"
#include "compute/kernels/choice.h"
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

/// As for a GPU; with `keep_all` every node is stored, and so every norm.
std::shared_ptr<Plan const> plan_of(TestGraph& graph, Build const& build, bool keep_all = false)
{
    DeviceProfile profile = test_device()->profile();
    profile.cpu = false;
    graph.output(build(graph));
    return std::make_shared<Plan const>(make_plan(graph.share(), { .profile = profile, .keep_all = keep_all }));
}

std::ptrdiff_t tables(Plan const& plan)
{
    return std::ranges::count_if(
        plan.steps, [](PlanStep const& step) { return step.dispatch.shader == "norm/group_norm_table"; });
}

std::vector<std::byte> run(TestGraph& graph, std::shared_ptr<Plan const> plan)
{
    auto const device = test_device();
    Program program(device, std::move(plan), WeightStore::create(device));
    for (auto const& [name, value] : graph.inputs())
        program.write(name, value);
    program.run();
    return program.read("y").bytes;
}

Tensor norm_conv(TestGraph& t, std::string const& name, Tensor x, std::int64_t out, bool activated = true)
{
    Shape const channels { x.shape.channels() };
    Tensor h = group_norm(x, t.weight(name + ".scale", channels, { .mean = 1, .deviation = 0.2 }),
        t.weight(name + ".shift", channels, { .deviation = 0.1 }), 4, 1e-5f);
    double const inputs = 9.0 * static_cast<double>(x.shape.channels());
    return conv2d(activated ? silu(h) : h,
        t.weight(name + ".weight", { out, x.shape.channels(), 3, 3 }, { .deviation = 1 / std::sqrt(inputs) }),
        t.weight(name + ".bias", { out }), { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1 });
}

void check(Build const& build, std::ptrdiff_t count, DType tier, KernelFamily family)
{
    CAPTURE(name_of(tier), static_cast<int>(family));
    force_kernel_family(family);
    TestGraph loading(tier, test_seed()), storing(tier, test_seed());
    auto const loads = plan_of(loading, build), stores = plan_of(storing, build, true);
    force_kernel_family(KernelFamily::automatic);
    CHECK(tables(*loads) == count);
    CHECK(tables(*stores) == 0);
    CHECK(run(loading, loads) == run(storing, stores));
}

}

TEST_CASE("norms while loading: a residual block of two pictures", "[compute][graph]")
{
    auto const block = [](TestGraph& t) {
        Tensor const x = t.input("x", { 2, 11, 14, 64 }, { .mean = 3 });
        return x + norm_conv(t, "second", norm_conv(t, "first", x, 32), 64);
    };
    check(block, 2, DType::f32, KernelFamily::scalar);
    check(block, 2, DType::f16, KernelFamily::coopmat);
}

TEST_CASE("norms while loading: of two values side by side, without activation", "[compute][graph]")
{
    check(
        [](TestGraph& t) {
            Tensor const x = concat(t.input("x", { 1, 5, 30, 32 }), t.input("x2", { 1, 5, 30, 16 }, { .mean = -2 }));
            return norm_conv(t, "norm", x, 5, false);
        },
        1, DType::f16, KernelFamily::scalar);
}

TEST_CASE("norms while loading: many panels, narrow pictures and other readers store the norm", "[compute][graph]")
{
    auto const count = [](Build const& build) {
        TestGraph graph(DType::f16, 1);
        return tables(*plan_of(graph, build));
    };
    auto const conv_of = [](std::int64_t width, std::int64_t out) {
        return [=](TestGraph& t) { return norm_conv(t, "norm", t.input("x", { 1, 4, width, 32 }), out); };
    };
    CHECK(count(conv_of(16, 128)) == 1);
    CHECK(count(conv_of(16, 160)) == 0);
    CHECK(count(conv_of(8, 32)) == 0);
    CHECK(count([](TestGraph& t) {
        Tensor const x = t.input("x", { 1, 4, 16, 32 });
        Tensor const h = group_norm(x, t.weight("scale", { 32 }), t.weight("shift", { 32 }), 4, 1e-5f);
        ConvSettings const same { .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1 };
        return conv2d(h, t.weight("w", { 32, 32, 3, 3 }), {}, same) + h;
    }) == 0);
}

TEST_CASE("norms while loading: an autoencoder's last level needs two pictures, not three", "[compute][graph]")
{
    TestGraph graph(DType::f16, 1);
    auto const plan = plan_of(graph, [](TestGraph& t) {
        Tensor x = t.input("x", { 1, 128, 128, 128 });
        for (char const* const name : { "a", "b", "c" })
            x = x + norm_conv(t, std::string(name) + "2", norm_conv(t, std::string(name) + "1", x, 128), 128);
        return x;
    });
    CHECK(tables(*plan) == 6);
    CHECK(plan->arena_bytes < 2.2 * 128 * 128 * 128 * 2);
}
