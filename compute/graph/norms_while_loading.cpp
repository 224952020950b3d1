// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/fusion.h"
#include "compute/kernels/conv/conv2d.h"
#include "compute/ops/norm.h"

#include <algorithm>

namespace igneous {

namespace {

/// Convolutions that read norm `id` and can apply it; empty where anything else reads it.
std::vector<NodeId> readers(Graph const& graph, NodeId id, DeviceProfile const& profile)
{
    std::vector<Node> const& nodes = graph.nodes();
    for (Graph::Output const& output : graph.outputs())
        if (output.node == id)
            return {};
    std::vector<NodeId> found;
    for (NodeId i = id + 1; i < nodes.size(); ++i) {
        auto const& inputs = nodes[i].inputs;
        if (std::ranges::find(inputs, id) == inputs.end())
            continue;
        auto const* conv = op_as<Conv2dOp>(nodes[i]);
        bool const applies = conv && !conv->concat && !conv->norm && inputs[0] == id && std::ranges::count(inputs, id) == 1
            && normalises_while_loading(
                *conv, nodes[id].dtype, nodes[nodes[id].inputs[0]].shape, nodes[inputs[1]].shape, nodes[i].shape, profile);
        if (!applies)
            return {};
        found.push_back(i);
    }
    return found;
}

}

std::shared_ptr<Graph> norms_while_loading(Graph const& graph, DeviceProfile const& profile)
{
    std::shared_ptr<Graph> changed;
    for (NodeId id = 0; id < graph.nodes().size(); ++id) {
        Node const& node = graph.nodes()[id];
        auto const* norm = op_as<GroupNormOp>(node);
        if (!norm || norm->name() != "group_norm" || node.dtype != graph.nodes()[node.inputs[0]].dtype)
            continue;
        std::vector<NodeId> const convs = readers(graph, id, profile);
        if (convs.empty())
            continue;
        if (!changed) {
            changed = std::make_shared<Graph>(graph.activations());
            changed->nodes() = graph.nodes();
            changed->outputs() = graph.outputs();
        }
        Node& table = changed->nodes()[id];
        Shape const& x = table.shape;
        table.op = std::make_shared<GroupNormTableOp>(*norm);
        table.dtype = DType::f32;
        table.shape = { x[0], 3, x.channels() };
        for (NodeId i : convs) {
            Node& conv = changed->nodes()[i];
            auto op = std::make_shared<Conv2dOp>(static_cast<Conv2dOp const&>(*conv.op));
            op->norm = true;
            op->norm_activation = norm->activation;
            op->concat = norm->concat;
            conv.op = std::move(op);
            conv.inputs[0] = table.inputs[0];
            if (norm->concat)
                conv.inputs.insert(conv.inputs.begin() + 1, table.inputs[1]);
            conv.inputs.push_back(id);
        }
    }
    return changed;
}

}
