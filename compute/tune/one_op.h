// SPDX-License-Identifier: Apache-2.0
#pragma once

// Graphs of one node of another graph, to time and to check its kernel.

#include "compute/graph/graph.h"

#include <memory>

namespace igneous {

/// The node alone: as it is, with its own weights, and inputs "0", "1"... Its result is "y".
std::shared_ptr<Graph> one_op(Graph const& whole, NodeId node);

/// The same op (linear, conv2d or attention) over fewer rows, columns and channels, so many that no tile fits them
/// evenly, with random weights: the same pipelines, in milliseconds.
std::shared_ptr<Graph> small_op(Graph const& whole, NodeId node);

}
