// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/band_stages.h"
#include "compute/graph/fusion.h"
#include "compute/kernels/norm/norm.h"
#include "compute/ops/conv2d.h"
#include "compute/ops/norm.h"
#include "compute/ops/shape_ops.h"

#include <algorithm>

namespace igneous {

namespace {

/// How many values the statistics of norm `node` are of, its first inputs; 0 where they are not made in boxes.
std::size_t sources(std::vector<Node> const& nodes, Node const& node, DeviceProfile const& profile)
{
    auto const* norm = op_as<GroupNormOp>(node);
    if (!norm || node.rate != Rate::step)
        return 0;
    std::size_t const count = norm->concat ? 2 : 1;
    for (std::size_t i = 0; i < count; ++i)
        if (nodes[node.inputs[i]].weight || nodes[node.inputs[i]].rate != Rate::step)
            return 0;
    std::int64_t const more = norm->concat ? nodes[node.inputs[1]].shape.channels() : 0;
    return group_norm_in_boxes(nodes[node.inputs[0]].shape, more, norm->groups, profile) ? count : 0;
}

template <class T>
std::shared_ptr<Op const> with_statistics(T const& op)
{
    auto copy = std::make_shared<T>(op);
    copy->statistics = true;
    return copy;
}

/// Writes the graph anew, node by node.
class Rewriter {
public:
    Rewriter(Graph const& graph, DeviceProfile const& profile)
        : m_old(graph)
        , m_nodes(graph.nodes())
        , m_live(read_by_outputs(graph))
        , m_profile(profile)
        , m_graph(std::make_shared<Graph>(graph.activations()))
        , m_made(m_nodes.size())
        , m_statistics(m_nodes.size())
        , m_wanted(m_nodes.size(), false)
    {}

    std::shared_ptr<Graph> run()
    {
        for (NodeId id = 0; id < m_nodes.size(); ++id)
            for (std::size_t i = 0; m_live[id] && i < sources(m_nodes, m_nodes[id], m_profile); ++i)
                m_wanted[m_nodes[id].inputs[i]] = true;
        if (std::ranges::none_of(m_wanted, std::identity {}))
            return nullptr;
        for (NodeId id = 0; id < m_nodes.size(); ++id)
            if (m_live[id] || !m_nodes[id].input_name.empty())
                add(id);
        for (Graph::Output const& output : m_old.outputs())
            m_graph->output(output.name, m_made[output.node]);
        return m_graph;
    }

private:
    Tensor labelled(Tensor made, NodeId id)
    {
        m_graph->nodes()[made.node].label = m_nodes[id].label;
        return made;
    }

    void add(NodeId id)
    {
        Node const& node = m_nodes[id];
        std::vector<Tensor> inputs;
        for (NodeId const input : node.inputs)
            inputs.push_back(m_made[input]);
        std::shared_ptr<Op const> op = node.op;
        if (m_wanted[id])
            m_statistics[id] = labelled(empty(*m_graph, DType::f32, box_statistics_shape(node.shape)), id);
        auto const* conv = op_as<Conv2dOp>(node);
        if (conv && m_wanted[id]) {
            op = with_statistics(*conv);
            inputs.push_back(m_statistics[id]);
        }
        std::size_t const count = sources(m_nodes, node, m_profile);
        for (std::size_t i = 0; i < count; ++i)
            inputs.push_back(m_statistics[node.inputs[i]]);
        if (count > 0) {
            auto const* table = op_as<GroupNormTableOp>(node);
            op = table ? with_statistics(*table) : with_statistics(*op_as<GroupNormOp>(node));
        }
        if (!node.input_name.empty())
            m_made[id] = m_graph->input(node.input_name, node.dtype, node.shape, node.rate);
        else if (node.weight)
            m_made[id] = m_graph->weight(node.weight);
        else
            m_made[id] = labelled(m_graph->add(std::move(op), std::move(inputs), node.dtype, node.shape), id);
        if (m_wanted[id] && !conv)
            m_statistics[id] = labelled(m_graph->add(std::make_shared<BoxStatisticsOp>(),
                                            { m_made[id], m_statistics[id] }, DType::f32, m_statistics[id].shape),
                id);
    }

    Graph const& m_old;
    std::vector<Node> const& m_nodes;
    std::vector<bool> const m_live;
    DeviceProfile const& m_profile;
    std::shared_ptr<Graph> m_graph;
    // By node of the old graph.
    std::vector<Tensor> m_made, m_statistics;
    std::vector<bool> m_wanted;
};

}

std::shared_ptr<Graph> statistics_while_storing(Graph const& graph, DeviceProfile const& profile)
{
    return Rewriter(graph, profile).run();
}

}
