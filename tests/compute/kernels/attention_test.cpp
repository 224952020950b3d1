// SPDX-License-Identifier: Apache-2.0
#include "compute/ops/attention.h"
#include "tests/compute/kernels/kernel_test.h"
#include "tests/support/test_device.h"

#include <catch2/catch_test_macros.hpp>

#include <cmath>

using namespace igneous;
using namespace igneous::test;

namespace {

struct AttentionCase {
    std::int64_t images, queries, keys, heads, size;
    bool causal = false, shared_keys = false;
    double magnitude = 1;                   // of q: large ones overflow an exp that is not shifted
};

void check(AttentionCase const& c, DType tier, RunOptions const& options)
{
    std::int64_t const width = c.heads * c.size;
    std::int64_t const key_images = c.shared_keys ? 1 : c.images;
    float const scale = static_cast<float>(1 / std::sqrt(static_cast<double>(c.size)));
    auto const q = random_values("q", c.images * c.queries * width, c.magnitude, tier);
    auto const k = random_values("k", key_images * c.keys * width, 1, tier);
    auto const v = random_values("v", key_images * c.keys * width, 1, tier);

    std::vector<double> expected(q.size());
    for (std::int64_t n = 0; n < c.images; ++n) {
        std::int64_t const first = c.shared_keys ? 0 : n * c.keys;
        for (std::int64_t h = 0; h < c.heads; ++h) {
            for (std::int64_t i = 0; i < c.queries; ++i) {
                std::int64_t const at = (n * c.queries + i) * width + h * c.size;
                std::int64_t const visible = c.causal ? std::min(c.keys, i + 1) : c.keys;
                std::vector<double> p(static_cast<std::size_t>(visible));
                double largest = -1e300, total = 0;
                for (std::int64_t j = 0; j < visible; ++j) {
                    for (std::int64_t d = 0; d < c.size; ++d)
                        p[j] += scale * q[at + d] * k[(first + j) * width + h * c.size + d];
                    largest = std::max(largest, p[j]);
                }
                for (double& e : p)
                    total += e = std::exp(e - largest);
                for (std::int64_t j = 0; j < visible; ++j) {
                    for (std::int64_t d = 0; d < c.size; ++d)
                        expected[at + d] += p[j] / total * v[(first + j) * width + h * c.size + d];
                }
            }
        }
    }

    auto graph = std::make_shared<Graph>(tier);
    Shape const q_shape { c.images, c.queries, width }, k_shape { key_images, c.keys, width };
    graph->output("y",
        attention(graph->input("q", tier, q_shape, Rate::step), graph->input("k", tier, k_shape, Rate::step),
            graph->input("v", tier, k_shape, Rate::step), static_cast<int>(c.heads), scale, c.causal));

    CAPTURE(name_of(tier), text_of(options), c.images, c.queries, c.keys, c.heads, c.size, c.causal, c.shared_keys,
        c.magnitude);
    double const error = relative_error(run_graph(graph,
                                            { { "q", host_tensor(q_shape, q) }, { "k", host_tensor(k_shape, k) },
                                                { "v", host_tensor(k_shape, v) } },
                                            options),
        expected);
    CHECK(error < tolerance(tier) * (c.magnitude > 1 ? 10 : 1));
}

void check_everywhere(std::vector<AttentionCase> const& cases)
{
    for (DType const tier : { DType::f32, DType::f16 }) {
        for (RunOptions const& options : variants(tier)) {
            for (AttentionCase const& c : cases) {
                // Each head size is a pipeline of its own, and a CPU driver compiles matrix code for seconds.
                bool const matrices = options.family == KernelFamily::coopmat;
                if (!matrices || c.size == 3 || c.size == 16 || c.size == 40)
                    check(c, tier, options);
            }
        }
    }
}

}

TEST_CASE("attention: head sizes of the field and odd ones", "[compute][kernels]")
{
    std::vector<AttentionCase> cases;
    for (std::int64_t const size : { 1, 3, 16, 31, 40, 64, 80, 96, 128, 160, 512 })
        cases.push_back({ 1, 20, 37, 1, size });
    check_everywhere(cases);
}

TEST_CASE("attention: self, cross, several heads and pictures", "[compute][kernels]")
{
    check_everywhere({
        { 1, 1, 1, 1, 8 },
        { 2, 64, 64, 4, 32 },
        { 2, 33, 77, 3, 40 },
        { 3, 9, 77, 2, 40, false, true },
        { 1, 256, 256, 2, 64 },
        { 1, 5, 130, 8, 16 },
    });
}

TEST_CASE("attention: causal", "[compute][kernels]")
{
    check_everywhere({ { 1, 77, 77, 4, 64, true }, { 2, 1, 1, 1, 8, true }, { 2, 130, 130, 1, 16, true },
        { 1, 17, 17, 2, 5, true } });
}

TEST_CASE("attention: scores of thousands give no NaN and no hot spots", "[compute][kernels]")
{
    check_everywhere({ { 1, 20, 77, 1, 40, false, false, 300 }, { 1, 40, 40, 1, 40, true, false, 300 } });
}

TEST_CASE("attention: long work is cut into several dispatches", "[compute][kernels]")
{
    for (DType const tier : { DType::f32, DType::f16 }) {
        for (RunOptions options : variants(tier)) {
            options.flops_per_second = 1e5;
            check({ 2, 70, 50, 2, 16 }, tier, options);
            check({ 1, 70, 70, 2, 16, true }, tier, options);
        }
    }
}

TEST_CASE("attention: keys split among workgroups, where a GPU would want more of them", "[compute][kernels]")
{
    std::vector<AttentionCase> const cases {
        { 2, 40, 2100, 1, 16 },            // two parts
        { 1, 70, 4500, 2, 40 },            // four, heads side by side
        { 3, 9, 2050, 1, 40, false, true },
        { 1, 20, 2050, 1, 3, false, false, 300 },
    };
    for (AttentionCase const& c : cases) {
        for (DType const tier : { DType::f32, DType::f16 }) {
            check(c, tier, { .family = KernelFamily::scalar, .cpu = false });
            check(c, tier, { .family = KernelFamily::scalar, .flops_per_second = 1e7, .cpu = false });
        }
        if (!test_device()->profile().fragments.empty() && c.size == 40)
            check(c, DType::f16, { .family = KernelFamily::coopmat, .cpu = false });
    }
}

TEST_CASE("attention: in how many parts keys are split follows from one picture, not from how many there are",
    "[compute][kernels]")
{
    using Count = std::int64_t;
    auto const parts = [](Count images, Count tokens, int heads, bool causal = false, bool cpu = false) {
        auto graph = std::make_shared<Graph>(DType::f16);
        Shape const shape { images, tokens, heads * 64 };
        Tensor const x = graph->input("x", DType::f16, shape, Rate::step);
        graph->output("y", attention(x, x, x, heads, 0.125f, causal));
        PlanOptions options;
        options.profile.cpu = cpu;
        Plan const plan = make_plan(graph, options);
        bool const joined = plan.steps.back().dispatch.shader == "attention/attention_join.f16";
        Dispatch const& d = plan.steps[plan.steps.size() - (joined ? 2 : 1)].dispatch;
        CHECK(joined == (d.groups[2] > images));
        return d.groups[2] / images;
    };
    CHECK(parts(1, 4096, 1) == 4);                        // an autoencoder's: 64 tiles of 64 queries, of 256 wanted
    CHECK(parts(4, 4096, 1) == 4);
    CHECK(parts(1, 16384, 1) == 1);                       // tiles enough
    CHECK(parts(1, 4096, 8) == 1);
    CHECK(parts(1, 1024, 1) == 1);                        // 1024 keys each at least
    CHECK(parts(1, 4096, 1, true) == 1);                  // most keys of a causal one are not looked at
    CHECK(parts(1, 4096, 1, false, true) == 1);           // lanes
}
