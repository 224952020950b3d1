// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/plan.h"
#include "compute/ops/linear.h"
#include "tests/compute/kernels/kernel_test.h"
#include "tests/support/test_device.h"

#include <catch2/catch_test_macros.hpp>

#include <cmath>

using namespace igneous;
using namespace igneous::test;

namespace {

struct LinearCase {
    std::int64_t rows, in, out;             // out: of y, half of the weight's rows with geglu
    Activation activation = Activation::none;
    bool bias = true, residual = false, geglu = false;
    bool wide_out = false;                  // f32 out of f16
};

void check(LinearCase const& c, DType tier, RunOptions const& options)
{
    std::int64_t const columns = c.geglu ? 2 * c.out : c.out;
    auto const x = random_values("x", c.rows * c.in, 1, tier);
    auto const w = random_values("w", columns * c.in, 1 / std::sqrt(static_cast<double>(c.in)), tier);
    auto const b = random_values("b", columns, 1, DType::f32);
    DType const out = c.wide_out ? DType::f32 : tier;
    auto const r = random_values("r", c.rows * c.out, 1, out);

    std::vector<double> expected;
    for (std::int64_t row = 0; row < c.rows; ++row) {
        std::vector<double> sums(static_cast<std::size_t>(columns));
        for (std::int64_t n = 0; n < columns; ++n) {
            double sum = c.bias ? b[n] : 0;
            for (std::int64_t k = 0; k < c.in; ++k)
                sum += x[row * c.in + k] * w[n * c.in + k];
            sums[n] = sum;
        }
        for (std::int64_t n = 0; n < c.out; ++n) {
            double v =
                c.geglu ? sums[n] * activate(sums[n + c.out], Activation::gelu) : activate(sums[n], c.activation);
            expected.push_back(v + (c.residual ? r[row * c.out + n] : 0));
        }
    }

    auto graph = std::make_shared<Graph>(tier);
    auto op = std::make_shared<LinearOp>();
    op->activation = c.activation;
    op->bias = c.bias;
    op->residual = c.residual;
    op->geglu = c.geglu;
    std::map<std::string, HostTensor> inputs { { "x", host_tensor({ c.rows, c.in }, x) } };
    std::vector<Tensor> operands { graph->input("x", tier, { c.rows, c.in }, Rate::step),
        graph->weight(weight_of("w", { columns, c.in }, w)) };
    if (c.bias)
        operands.push_back(graph->weight(weight_of("b", { columns }, b)));
    if (c.residual) {
        operands.push_back(graph->input("r", out, { c.rows, c.out }, Rate::step));
        inputs.emplace("r", host_tensor({ c.rows, c.out }, r));
    }
    graph->output("y", graph->add(op, operands, out, { c.rows, c.out }));

    CAPTURE(name_of(tier), text_of(options), c.rows, c.in, c.out, name_of(c.activation), c.bias, c.residual, c.geglu,
        c.wide_out);
    CHECK(relative_error(run_graph(graph, inputs, options), expected) < (c.wide_out ? 1e-5 : tolerance(tier)));
}

/// The last `everywhere` cases by every variant, those before them only by the default one: each epilogue is a pipeline
/// of its own, and those of tiles take a CPU driver seconds to compile.
void check_all(std::vector<LinearCase> const& cases, std::size_t everywhere)
{
    for (DType const tier : { DType::f32, DType::f16 }) {
        for (RunOptions const& options : variants(tier)) {
            bool const all = options.cpu && options.family == KernelFamily::scalar;
            for (std::size_t i = all ? 0 : cases.size() - everywhere; i < cases.size(); ++i)
                check(cases[i], tier, options);
        }
    }
}

void check_everywhere(std::vector<LinearCase> const& cases) { check_all(cases, cases.size()); }

}

TEST_CASE("linear: odd and ordinary shapes", "[compute][kernels]")
{
    check_everywhere({ { 1, 1, 1 }, { 1, 3, 5 }, { 2, 4, 3 }, { 3, 7, 17 }, { 77, 64, 48 }, { 16, 16, 16 },
        { 65, 33, 66 }, { 256, 128, 128 }, { 64, 320, 96 }, { 5, 1024, 8 }, { 130, 36, 70 } });
}

TEST_CASE("linear: every epilogue", "[compute][kernels]")
{
    std::vector<LinearCase> cases;
    for (auto const a : { Activation::none, Activation::silu, Activation::gelu, Activation::quick_gelu,
             Activation::relu, Activation::tanh })
        cases.push_back({ 19, 24, 21, a });
    cases.push_back({ 19, 24, 21, Activation::none, false });
    cases.push_back({ 19, 24, 21, Activation::silu, true, true });
    cases.push_back({ 19, 24, 21, Activation::none, false, true });
    cases.push_back({ 19, 24, 21, Activation::none, true, false, true });
    cases.push_back({ .rows = 19, .in = 24, .out = 21, .residual = true, .wide_out = true });
    cases.push_back({ 70, 32, 64, Activation::none, true, true, true });
    cases.push_back({ 70, 36, 66, Activation::gelu, true, true });
    check_all(cases, 2);
}

TEST_CASE("linear: long work is cut into several dispatches", "[compute][kernels]")
{
    for (DType const tier : { DType::f32, DType::f16 }) {
        for (RunOptions options : variants(tier)) {
            options.flops_per_second = 1e6;      // a tenth of it a dispatch
            check({ .rows = 300, .in = 40, .out = 50, .residual = true }, tier, options);
        }
    }
}

TEST_CASE("linear: few rows of long sums are split among workgroups", "[compute][kernels]")
{
    RunOptions const gpu { .family = KernelFamily::scalar, .cpu = false };
    for (DType const tier : { DType::f32, DType::f16 }) {
        check({ 20, 1100, 70, Activation::gelu, true, true }, tier, gpu);
        check({ 1, 2051, 5 }, tier, gpu);
        check({ .rows = 9, .in = 1500, .out = 33, .geglu = true }, tier, gpu);
    }
    check({ .rows = 70, .in = 1040, .out = 18, .residual = true, .wide_out = true }, DType::f16, gpu);
    if (!test_device()->profile().fragments.empty())
        check({ .rows = 20, .in = 1100, .out = 70, .residual = true }, DType::f16,
            { .family = KernelFamily::coopmat, .cpu = false });
}

TEST_CASE("linear: in how many parts a sum is split follows from one text, not from how many there are",
    "[compute][kernels]")
{
    auto const parts = [](Shape const& shape, std::int64_t out, bool cpu = false) {
        auto graph = std::make_shared<Graph>(DType::f16);
        auto const weight = std::make_shared<WeightSource>();
        weight->name = "w";
        weight->shape = { out, shape.channels() };
        Tensor const x = graph->input("x", DType::f16, shape, Rate::step);
        graph->output("y", linear(x, graph->weight(weight)));
        PlanOptions options;
        options.profile.cpu = cpu;
        Plan const plan = make_plan(graph, options);
        bool const summed = plan.steps.back().dispatch.shader == "matmul/product_sum";
        CHECK(plan.steps.size() == (summed ? 2 : 1));
        return plan.steps.front().dispatch.groups[2];
    };
    CHECK(parts({ 1, 64, 5120 }, 1280) == 9);             // 20 tiles of 64 x 64, of 256 wanted: the most there are
    CHECK(parts({ 4, 64, 5120 }, 1280) == 9);
    CHECK(parts({ 1, 64, 1280 }, 1280) == 2);             // each 512 deep at least
    CHECK(parts({ 1, 256, 5120 }, 1280) == 3);
    CHECK(parts({ 1, 1024, 5120 }, 1280) == 1);           // tiles enough
    CHECK(parts({ 1, 64, 5120 }, 1280, true) == 1);       // lanes
    CHECK(parts({ 1, 8, 8, 2560 }, 1280) == 5);           // pictures likewise
    CHECK(parts({ 3, 16, 16, 2560 }, 1280) == 3);
}
