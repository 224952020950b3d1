// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/fusion.h"

#include "compute/ops/ops.h"

#include <algorithm>

namespace igneous {

namespace {

class Fuser {
public:
    explicit Fuser(Graph& graph)
        : m_graph(graph)
        , m_nodes(graph.nodes())
    {
    }

    void run()
    {
        count_uses();
        for (NodeId id = 0; id < m_nodes.size(); ++id)
            fold_concat(id);
        count_uses();
        // A node is rewritten in place with everything its producer did, so chains fold as the walk goes on.
        for (NodeId id = 0; id < m_nodes.size(); ++id)
            if (m_nodes[id].op && m_uses[id] > 0)
                fold_into_producer(id);
        for (Node& node : m_nodes)
            if (node.op) {
                node.rate = Rate::constant;
                for (NodeId input : node.inputs)
                    node.rate = std::max(node.rate, m_nodes[input].rate);
            }
    }

private:
    void count_uses()
    {
        // Only what an output needs counts: a node nobody reads must not keep others from being folded.
        m_uses.assign(m_nodes.size(), 0);
        for (Graph::Output const& output : m_graph.outputs())
            m_uses[output.node] += 2;                       // an output is never folded away
        for (std::size_t i = m_nodes.size(); i-- > 0;)
            if (m_uses[i] > 0)
                for (NodeId input : m_nodes[i].inputs)
                    ++m_uses[input];
    }

    /// Whether every reader of concat `id` takes two sources itself.
    bool concat_folds(NodeId id) const
    {
        for (Graph::Output const& output : m_graph.outputs())
            if (output.node == id)
                return false;
        for (NodeId i = id + 1; i < m_nodes.size(); ++i) {
            Node const& reader = m_nodes[i];
            if (m_uses[i] == 0 || std::ranges::find(reader.inputs, id) == reader.inputs.end())
                continue;
            auto const* norm = op_as<GroupNormOp>(reader);
            auto const* conv = op_as<Conv2dOp>(reader);
            bool const takes = (norm && !norm->concat) || (conv && !conv->concat);
            if (!takes || reader.inputs[0] != id || std::ranges::count(reader.inputs, id) != 1)
                return false;
        }
        return true;
    }

    void fold_concat(NodeId id)
    {
        if (!op_as<ConcatOp>(m_nodes[id]) || m_uses[id] == 0 || !concat_folds(id))
            return;
        for (NodeId i = id + 1; i < m_nodes.size(); ++i) {
            Node& reader = m_nodes[i];
            if (reader.inputs.empty() || reader.inputs[0] != id)
                continue;
            if (auto const* norm = op_as<GroupNormOp>(reader)) {
                auto copy = std::make_shared<GroupNormOp>(*norm);
                copy->concat = true;
                reader.op = copy;
            } else if (auto const* conv = op_as<Conv2dOp>(reader)) {
                auto copy = std::make_shared<Conv2dOp>(*conv);
                copy->concat = true;
                reader.op = copy;
            } else {
                continue;
            }
            reader.inputs[0] = m_nodes[id].inputs[0];
            reader.inputs.insert(reader.inputs.begin() + 1, m_nodes[id].inputs[1]);
        }
    }

    bool folds_away(NodeId id) const { return m_nodes[id].op && m_uses[id] == 1; }

    /// Puts `op` with `inputs` in the place of node `id`; its producer `gone` is read by nobody any more.
    void replace(NodeId id, NodeId gone, std::shared_ptr<Op const> op, std::vector<NodeId> inputs)
    {
        m_uses[gone] = 0;
        if (m_nodes[id].label.size() < m_nodes[gone].label.size())
            m_nodes[id].label = m_nodes[gone].label;
        m_nodes[id].op = std::move(op);
        m_nodes[id].inputs = std::move(inputs);
    }

    void fold_into_producer(NodeId id)
    {
        Node const& node = m_nodes[id];
        if (auto const* unary = op_as<UnaryOp>(node)) {
            if (unary->multiply == 1 && unary->offset == 0 && unary->activation != Activation::none)
                fold_activation(id, node.inputs[0], unary->activation);
        } else if (op_as<GegluOp>(node)) {
            fold_geglu(id, node.inputs[0]);
        } else if (auto const* binary = op_as<BinaryOp>(node)) {
            if (binary->kind == BinaryOp::Kind::add && binary->activation == Activation::none)
                fold_addition(id, node.inputs[0], node.inputs[1]);
        }
    }

    template<class T>
    bool set_activation(NodeId id, NodeId producer, Activation activation)
    {
        auto const* op = op_as<T>(m_nodes[producer]);
        if (!op || op->activation != Activation::none)
            return false;
        if constexpr (requires { op->residual; })
            if (op->residual)
                return false;
        if constexpr (requires { op->geglu; })
            if (op->geglu)
                return false;
        auto copy = std::make_shared<T>(*op);
        copy->activation = activation;
        replace(id, producer, std::move(copy), m_nodes[producer].inputs);
        return true;
    }

    void fold_activation(NodeId id, NodeId producer, Activation activation)
    {
        if (!folds_away(producer) || m_nodes[producer].dtype != m_nodes[id].dtype)
            return;
        set_activation<LinearOp>(id, producer, activation) || set_activation<Conv2dOp>(id, producer, activation)
            || set_activation<GroupNormOp>(id, producer, activation) || set_activation<BinaryOp>(id, producer, activation);
    }

    void fold_geglu(NodeId id, NodeId producer)
    {
        auto const* op = op_as<LinearOp>(m_nodes[producer]);
        if (!op || !folds_away(producer) || op->activation != Activation::none || op->residual || op->geglu)
            return;
        auto copy = std::make_shared<LinearOp>(*op);
        copy->geglu = true;
        replace(id, producer, std::move(copy), m_nodes[producer].inputs);
    }

    template<class T>
    bool set_residual(NodeId id, NodeId producer, NodeId other)
    {
        auto const* op = op_as<T>(m_nodes[producer]);
        if (!op || op->residual || !folds_away(producer) || m_nodes[other].weight)
            return false;
        if (m_nodes[producer].shape != m_nodes[other].shape || m_nodes[producer].dtype != m_nodes[other].dtype
            || m_nodes[id].dtype != m_nodes[other].dtype)
            return false;
        auto copy = std::make_shared<T>(*op);
        copy->residual = true;
        std::vector<NodeId> inputs = m_nodes[producer].inputs;
        inputs.push_back(other);
        replace(id, producer, std::move(copy), std::move(inputs));
        return true;
    }

    void fold_addition(NodeId id, NodeId a, NodeId b)
    {
        if (a == b)
            return;
        if (fold_channel_add(id, a, b) || set_residual<LinearOp>(id, a, b) || set_residual<Conv2dOp>(id, a, b))
            return;
        if (m_nodes[a].shape == m_nodes[b].shape)
            set_residual<LinearOp>(id, b, a) || set_residual<Conv2dOp>(id, b, a);
    }

    bool fold_channel_add(NodeId id, NodeId producer, NodeId other)
    {
        auto const* op = op_as<Conv2dOp>(m_nodes[producer]);
        Shape const& out = m_nodes[producer].shape;
        if (!op || !folds_away(producer) || op->channel_add || op->residual || op->activation != Activation::none)
            return false;
        if (m_nodes[other].shape != Shape { out[0], 1, 1, out[3] } || m_nodes[other].weight
            || m_nodes[other].dtype != m_nodes[producer].dtype)
            return false;
        if (out[1] * out[2] == 1)
            return false;                                   // a plain residual
        auto copy = std::make_shared<Conv2dOp>(*op);
        copy->channel_add = true;
        std::vector<NodeId> inputs = m_nodes[producer].inputs;
        inputs.push_back(other);
        replace(id, producer, std::move(copy), std::move(inputs));
        return true;
    }

    Graph& m_graph;
    std::vector<Node>& m_nodes;
    std::vector<std::uint32_t> m_uses;
};

}

void fuse(Graph& graph)
{
    Fuser(graph).run();
}

}
