// SPDX-License-Identifier: Apache-2.0
#pragma once

// Runs a graph node by node in f64: the truth that programs are compared with. Works before and after fusion; types of
// nodes are ignored, nothing is rounded on the way.

#include "compute/graph/graph.h"
#include "tests/reference/value.h"

#include <vector>

namespace igneous::reference {

/// The outputs of `graph` by name.
Values evaluate(Graph const& graph, std::map<std::string, HostTensor> const& inputs);

/// Every node's value, by node id: to find the first one that goes wrong.
std::vector<Value> evaluate_nodes(Graph const& graph, std::map<std::string, HostTensor> const& inputs);

}
