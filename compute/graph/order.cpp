// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/order.h"

#include <algorithm>
#include <numeric>

namespace igneous {

std::vector<NodeId> running_order(Graph const& graph)
{
    std::vector<Node> const& nodes = graph.nodes();
    std::vector<bool> is_vector(nodes.size());
    for (NodeId id = 0; id < nodes.size(); ++id)
        is_vector[id] = nodes[id].weight
            || (nodes[id].shape.rank() <= 2
                && std::ranges::all_of(nodes[id].inputs, [&](NodeId input) { return is_vector[input]; }));
    std::vector<NodeId> order(nodes.size());
    std::iota(order.begin(), order.end(), NodeId {});
    std::ranges::stable_partition(order, [&](NodeId id) { return is_vector[id]; });
    return order;
}

}
