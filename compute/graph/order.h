// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compute/graph/graph.h"

#include <vector>

namespace igneous {

/// All nodes in the order in which their dispatches run: as they were added, but first those that make vectors of
/// vectors, a step's time embedding and what each block makes of it. These are short and wait for nothing else, so they
/// run side by side instead of one in front of each block.
std::vector<NodeId> running_order(Graph const& graph);

}
