// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pictures worked on in bands of rows, so that what lies between two layers need not exist as a whole. A node is either
// whole, as ever, or streamed: made anew, band by band, with the rows around it that convolutions look at, for each
// whole node that reads it. Norms take the statistics of the whole picture, in the same chunks and the same order.
// Every value is made by the same kernel from the same values as without bands, so results are equal to the last bit.

#include "compute/device/profile.h"
#include "compute/graph/graph.h"

#include <functional>
#include <memory>
#include <vector>

namespace igneous {

struct Plan;

/// By node of a fused `graph`: whether it may be streamed. It is a picture [1, H, W, C] that is not read from outside
/// and that only ops read that can work on bands.
std::vector<bool> can_be_streamed(Graph const& graph);

/// `graph` with the nodes that `streamed` names in bands; such bands of one node and all that it reads take about
/// `band_bytes` together, at least one row.
std::shared_ptr<Graph> in_bands(
    Graph const& graph, std::vector<bool> const& streamed, std::uint64_t band_bytes, DeviceProfile const& profile);

/// The plan with least work found whose arena takes at most `arena_limit` bytes, or the smallest found. `whole` is the
/// plan without bands; `plan` plans a graph as it is.
Plan plan_in_bands(Plan whole, std::uint64_t arena_limit, DeviceProfile const& profile,
    std::function<Plan(std::shared_ptr<Graph>)> const& plan);

}
