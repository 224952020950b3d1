// SPDX-License-Identifier: Apache-2.0
#pragma once

// check_graph: builds a small graph with random values, runs it on the device in every tier, fused and as written, and
// compares with tests/reference in f64.
//
//     check_graph("group_norm [2, 5, 7, 64]", [](TestGraph& t) {
//         Tensor x = t.input("x", { 2, 5, 7, 64 });
//         t.output(group_norm(x, t.weight("scale", { 64 }), t.weight("shift", { 64 }), 32, 1e-5f));
//     });

#include "compute/graph/graph.h"
#include "compute/kernels/choice.h"
#include "compute/ops/ops.h"
#include "tests/reference/evaluate.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace igneous::test {

/// What an input or weight is filled with. Values are rounded to f16 (but for f32 inputs), so that both tiers get the
/// same.
struct Fill {
    double mean = 0, deviation = 1;                           // normal, unless `value` is set
    std::function<double(std::size_t)> value;                 // by element
};

class TestGraph {
public:
    TestGraph(DType tier, std::uint64_t seed)
        : m_graph(std::make_shared<Graph>(tier))
        , m_seed(seed)
    {
    }
    Graph& graph() { return *m_graph; }
    std::shared_ptr<Graph> share() { return m_graph; }

    /// In the tier's type.
    Tensor input(std::string name, Shape shape, Fill const& fill = {}, Rate rate = Rate::step);
    Tensor input_f32(std::string name, Shape shape, Fill const& fill = {}, Rate rate = Rate::step);
    /// Integers in [low, high].
    Tensor input_i32(std::string name, Shape shape, std::int64_t low, std::int64_t high, Rate rate = Rate::step);
    /// Deviation 1 unless said; give linear and conv weights about 1 / sqrt(inputs).
    Tensor weight(std::string name, Shape shape, Fill const& fill = {}, DType dtype = DType::f32);
    void output(Tensor x, std::string name = "y") { m_graph->output(std::move(name), x); }

    std::map<std::string, HostTensor> const& inputs() const { return m_inputs; }

private:
    std::vector<float> values(std::string const& name, Shape const& shape, Fill const& fill, bool round) const;
    std::shared_ptr<Graph> m_graph;
    std::uint64_t m_seed;
    std::map<std::string, HostTensor> m_inputs;
};

struct CheckOptions {
    /// Relative L2 error per tier. f32: a handful of roundings of 6e-8 and sums in another order. f16: every value
    /// stored is rounded by up to 2^-11 (4.9e-4, 2.8e-4 in the mean square), a few times where ops run one by one.
    double f32_tolerance = 1e-5, f16_tolerance = 1e-3;
    /// Largest error of one element, as a multiple of the tolerance times the larger of |expected| and the root mean
    /// square.
    double outlier = 10;
    bool f32 = true, f16 = true;
    std::vector<KernelFamily> families { KernelFamily::automatic };
    bool also_as_gpu = false; // on a CPU device: once more, planned as for a GPU (other workgroups and kernels)
    bool twice = true; // a second run must give the same bytes
    std::uint64_t seed = 0; // 0: IGNEOUS_TEST_SEED, else 1
};

/// IGNEOUS_TEST_SEED, else 1.
std::uint64_t test_seed();
/// How many random cases to try: `few`, times IGNEOUS_TEST_REPEAT where that is set.
std::uint64_t repetitions(std::uint64_t few);

/// Catch2 checks inside; skips without a device (the reference has been run by then).
void check_graph(
    std::string const& what, std::function<void(TestGraph&)> const& build, CheckOptions const& options = {});

struct Difference {
    double relative_l2 = 0, largest = 0; // largest: of one element, over max(|expected|, root mean square)
    std::size_t worst = 0;
    bool finite = true;
};
Difference compare(HostTensor const& actual, reference::Value const& expected);

}
