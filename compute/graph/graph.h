// SPDX-License-Identifier: Apache-2.0
#pragma once

// A graph of tensors. Model code builds it by calling ops (compute/ops); Plan turns it into dispatches and one arena;
// Program records and replays them. A Tensor names a value in one graph, owns nothing and copies freely; it carries its
// graph so that the maths needs no plumbing argument.

#include "compute/graph/op.h"
#include "compute/tensor/error.h"
#include "compute/tensor/host_tensor.h"

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace igneous {

using NodeId = std::uint32_t;

/// How often a value changes. A node's rate is the fastest of its inputs': everything that depends only on weights and
/// on `request` inputs (the text, say) runs once per request and is hoisted out of the step.
enum class Rate : std::uint8_t { constant, request, step };

class Graph;

struct Tensor {
    Graph* graph = nullptr;
    NodeId node = 0;
    DType dtype = DType::f32;
    Shape shape;
};

struct WeightSource;
using Weight = std::shared_ptr<WeightSource const>;

/// scale * up * down: what an adapter adds to a weight [out, in] or [out, in, kh, kw]. Extents of 1 at the end do not
/// count.
struct LowRankTerm {
    Weight up;                              // [out, rank]
    Weight down;                            // [rank, in] or [rank, in, kh, kw]
    double scale = 1;
};

/// Weights as they lie in a file (mapped) or in memory, in the field's layout: linear [out, in], convolution
/// [out, in, kh, kw], norms [channels]. Kernels ask for them repacked; the packed copies are kept in a WeightStore.
struct WeightSource {
    std::string name;                       // canonical, for messages: "unet.down_blocks.0.resnets.0.conv1.weight"
    DType dtype = DType::f32;
    Shape shape;
    std::span<std::byte const> bytes;       // dense, row-major; stays valid while `owner` lives
    std::shared_ptr<void const> owner;
    // Not null: this weight is `base` plus `terms`, and has no bytes of its own. A WeightStore adds them up on the device.
    Weight base;
    std::vector<LowRankTerm> terms;
};

struct Node {
    std::shared_ptr<Op const> op;           // null for leaves
    std::vector<NodeId> inputs;
    DType dtype = DType::f32;
    Shape shape;
    Rate rate = Rate::constant;
    std::string label;                      // scope path: "down_blocks.0.resnets.1.conv1"
    // leaves
    std::string input_name;                 // an input, filled through Program::write
    Weight weight;                          // a weight
};

/// The node's op where it is a T, else null.
template<class T>
T const* op_as(Node const& node)
{
    return dynamic_cast<T const*>(node.op.get());
}

class Graph {
public:
    /// `activations`: what casts of the tier give: f16 (storage f16, arithmetic f32) or f32.
    explicit Graph(DType activations = DType::f32)
        : m_activations(activations)
    {
    }
    Graph(Graph const&) = delete;
    Graph& operator=(Graph const&) = delete;

    DType activations() const { return m_activations; }

    /// A value given from outside before a run. Names are unique.
    Tensor input(std::string name, DType dtype, Shape shape, Rate rate);
    /// A weight leaf; the same source gives the same node.
    Tensor weight(Weight source);
    /// Makes `x` readable after a run under `name`. Memory of outputs is never reused.
    void output(std::string name, Tensor x);

    /// Adds a node; called by ops only.
    Tensor add(std::shared_ptr<Op const> op, std::vector<Tensor> inputs, DType dtype, Shape shape);

    /// Scope names for labels: `auto scope = graph.scope("resnets.0");`
    class Scope {
    public:
        Scope(Graph& graph, std::string_view name);
        ~Scope();
        Scope(Scope const&) = delete;
        Scope& operator=(Scope const&) = delete;

    private:
        Graph& m_graph;
        std::size_t m_length;
    };
    Scope scope(std::string_view name) { return Scope(*this, name); }

    struct Output {
        std::string name;
        NodeId node;
    };
    std::vector<Node> const& nodes() const { return m_nodes; }
    std::vector<Node>& nodes() { return m_nodes; }            // for fusion passes
    std::vector<Output> const& outputs() const { return m_outputs; }
    std::vector<Output>& outputs() { return m_outputs; }

private:
    Tensor tensor(NodeId id);
    DType m_activations;
    std::vector<Node> m_nodes;
    std::vector<Output> m_outputs;
    std::unordered_map<WeightSource const*, NodeId> m_weight_nodes;
    std::string m_scope;
};

}
