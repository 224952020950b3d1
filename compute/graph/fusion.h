// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rewrites a graph so that fewer, larger dispatches mean the same. Each rewrite only sets flags of an op that its kernel
// and the reference know; the unfused graph stays the truth of the tests.

#include "compute/device/profile.h"
#include "compute/graph/graph.h"

#include <memory>

namespace igneous {

/// Folds concat into group_norm and conv2d, and activations, GEGLU, channel additions and residuals into the linear,
/// conv2d, group_norm or binary that produces their input. Only values with one use are folded.
void fuse(Graph& graph);

/// `graph` with the group_norms that convolutions apply while they load x, where that is quicker; null: there is none.
/// The same result to the last bit, less memory: nobody stores what was normalised.
std::shared_ptr<Graph> norms_while_loading(Graph const& graph, DeviceProfile const& profile);

/// `graph` with the statistics of group_norms made in boxes where their values are: by the convolution that stores one,
/// else by a pass that all its norms share. Null: there are none. The same result to the last bit.
std::shared_ptr<Graph> statistics_while_storing(Graph const& graph, DeviceProfile const& profile);

}
