// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/in_place.h"

#include "compute/ops/conv2d.h"
#include "compute/ops/linear.h"
#include "compute/ops/norm.h"
#include "compute/ops/shape_ops.h"

#include <algorithm>

namespace igneous {

namespace {

std::optional<NodeId> residual_of(Node const& node)
{
    auto const* linear = op_as<LinearOp>(node);
    if (linear && linear->residual)
        return node.inputs[linear->bias ? 3 : 2];
    auto const* conv = op_as<Conv2dOp>(node);
    if (conv && conv->residual)
        return node.inputs[2u + conv->concat + conv->bias + conv->channel_add];
    return std::nullopt;
}

/// Whether the node's result lies in the memory of another.
bool is_view(Node const& node)
{
    return op_as<ReshapeOp>(node) || op_as<RowsOp>(node) || op_as<PlaceOp>(node) || op_as<EmptyOp>(node)
        || op_as<GroupNormStatisticsOp>(node) || op_as<BoxStatisticsOp>(node);
}

}

std::vector<std::optional<NodeId>> taken_places(
    Graph const& graph, std::vector<NodeId> const& order, std::vector<bool> const& live)
{
    std::vector<Node> const& nodes = graph.nodes();
    std::vector<NodeId> last_reader(nodes.size(), 0);
    std::vector<bool> outlives(nodes.size(), false);       // its step: read from outside or at another rate
    std::vector<bool> viewed(nodes.size(), false);
    for (Graph::Output const& output : graph.outputs())
        outlives[output.node] = true;
    for (NodeId const id : order)
        for (NodeId const input : nodes[id].inputs)
            if (live[id]) {
                last_reader[input] = id;
                if (nodes[id].rate != nodes[input].rate)
                    outlives[input] = true;
                if (is_view(nodes[id]))
                    viewed[input] = true;
            }
    std::vector<std::optional<NodeId>> taken(nodes.size());
    for (NodeId id = 0; id < nodes.size(); ++id) {
        auto const residual = residual_of(nodes[id]);
        if (!live[id] || !residual || outlives[id])
            continue;
        Node const& old = nodes[*residual];
        bool const last = last_reader[*residual] == id && std::ranges::count(nodes[id].inputs, *residual) == 1;
        bool const fits = old.shape == nodes[id].shape && old.dtype == nodes[id].dtype;
        if (last && fits && old.op && !is_view(old) && !viewed[*residual] && !outlives[*residual])
            taken[id] = residual;
    }
    return taken;
}

}
