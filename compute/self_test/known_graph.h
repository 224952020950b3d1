// SPDX-License-Identifier: Apache-2.0
#pragma once

// A graph whose inputs are fixed numbers that the cases compute with: what run_self_test builds and runs.

#include "compute/graph/graph.h"
#include "compute/self_test/self_test.h"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace igneous::self_test {

/// A tensor of the graph and the numbers it holds.
struct Known {
    Tensor tensor;
    std::vector<double> v;
    double operator[](std::size_t i) const { return v[i]; }
};

class KnownGraph {
public:
    explicit KnownGraph(DType tier)
        : m_graph(std::make_shared<Graph>(tier))
    {
    }
    /// Numbers between -1 and 1 times `scale`, plus `offset`, that f16 holds exactly; the same for the same name.
    Known input(std::string const& name, Shape shape, double scale = 1, double offset = 0);
    Known input_f32(std::string const& name, Shape shape, double scale = 1, double offset = 0);
    Known integers(std::string const& name, Shape shape, std::vector<std::int32_t> const& values);
    Known weight(std::string const& name, Shape shape, double scale = 1, double offset = 0);
    /// Says what `y` must hold.
    void expect(std::string const& name, Tensor y, std::vector<double> values);

    std::shared_ptr<Graph> const& graph() const { return m_graph; }
    std::map<std::string, HostTensor> const& inputs() const { return m_inputs; }
    std::map<std::string, std::vector<double>> const& expected() const { return m_expected; }

private:
    std::shared_ptr<Graph> m_graph;
    std::map<std::string, HostTensor> m_inputs;
    std::map<std::string, std::vector<double>> m_expected;
};

/// Adds one case: its inputs (named after it), its op, its expected numbers.
struct Case {
    std::string name;
    std::function<void(std::string const& name, KnownGraph& graph)> add;
    bool typical = false;               // the one to run where there is time for one case of a kernel
};
std::vector<Case> product_cases();      // linear, conv2d, attention: the ops with several kernels
std::vector<Case> op_cases();           // all others

double activated(Activation kind, double x);

/// What run_self_test does with these two lists.
std::vector<SelfTestResult> run(Device& device, SelfTestDepth depth, std::vector<Case> ops, std::vector<Case> products);

}
