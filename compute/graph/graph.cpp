// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/graph.h"

namespace igneous {

Tensor Graph::tensor(NodeId id)
{
    return { this, id, m_nodes[id].dtype, m_nodes[id].shape };
}

Tensor Graph::input(std::string name, DType dtype, Shape shape, Rate rate)
{
    for (Node const& node : m_nodes)
        require(node.input_name != name, "graph: there is already an input named {}", name);
    Node node;
    node.dtype = dtype;
    node.shape = shape;
    node.rate = rate;
    node.label = name;
    node.input_name = std::move(name);
    m_nodes.push_back(std::move(node));
    return tensor(static_cast<NodeId>(m_nodes.size() - 1));
}

Tensor Graph::weight(Weight source)
{
    assert(source && "graph: a weight leaf needs a source");
    if (auto const seen = m_weight_nodes.find(source.get()); seen != m_weight_nodes.end())
        return tensor(seen->second);
    Node node;
    node.dtype = source->dtype;
    node.shape = source->shape;
    node.rate = Rate::constant;
    node.label = source->name;
    node.weight = std::move(source);
    m_nodes.push_back(std::move(node));
    auto const id = static_cast<NodeId>(m_nodes.size() - 1);
    m_weight_nodes.emplace(m_nodes.back().weight.get(), id);
    return tensor(id);
}

void Graph::output(std::string name, Tensor x)
{
    assert(x.graph == this && "graph: an output of another graph");
    for (Output const& output : m_outputs)
        require(output.name != name, "graph: there is already an output named {}", name);
    m_outputs.push_back({ std::move(name), x.node });
}

Tensor Graph::add(std::shared_ptr<Op const> op, std::vector<Tensor> inputs, DType dtype, Shape shape)
{
    Node node;
    for (Tensor const& input : inputs) {
        assert(input.graph == this && "graph: an op mixes tensors of two graphs");
        node.inputs.push_back(input.node);
        node.rate = std::max(node.rate, m_nodes[input.node].rate);
    }
    require(shape.elements() > 0, "{}: the result {} is empty", op->name(), shape);
    node.op = std::move(op);
    node.dtype = dtype;
    node.shape = shape;
    node.label = m_scope;
    m_nodes.push_back(std::move(node));
    return tensor(static_cast<NodeId>(m_nodes.size() - 1));
}

Graph::Scope::Scope(Graph& graph, std::string_view name)
    : m_graph(graph)
    , m_length(graph.m_scope.size())
{
    if (!graph.m_scope.empty())
        graph.m_scope += '.';
    graph.m_scope += name;
}

Graph::Scope::~Scope()
{
    m_graph.m_scope.resize(m_length);
}

}
