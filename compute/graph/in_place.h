// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compute/graph/graph.h"

#include <optional>
#include <vector>

namespace igneous {

/// By node of a fused graph: the value whose memory its result may take. A product that ends with adding a residual reads
/// each element of it just before it writes that element of the result, so that a residual which nobody reads afterwards
/// makes room for it. `order`: in which nodes run; `live`: by node, whether an output is made of it.
std::vector<std::optional<NodeId>> taken_places(
    Graph const& graph, std::vector<NodeId> const& order, std::vector<bool> const& live);

}
