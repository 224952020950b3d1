// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/evaluate.h"

#include "tests/reference/ops.h"

#include <cassert>
#include <cstring>
#include <functional>

namespace igneous::reference {

Value from_host(HostTensor const& tensor)
{
    Value value(tensor.shape);
    if (tensor.dtype == DType::i32) {
        auto const integers = tensor.i32();
        value.at.assign(integers.begin(), integers.end());
    } else if (tensor.dtype == DType::f64) {
        std::memcpy(value.at.data(), tensor.bytes.data(), tensor.bytes.size());
    } else {
        std::vector<float> floats(value.size());
        convert_elements(
            tensor.dtype, tensor.bytes.data(), DType::f32, reinterpret_cast<std::byte*>(floats.data()), floats.size());
        value.at.assign(floats.begin(), floats.end());
    }
    return value;
}

namespace {

Value from_weight(WeightSource const& weight)
{
    HostTensor tensor(weight.dtype, weight.shape);
    std::memcpy(tensor.bytes.data(), weight.bytes.data(), tensor.bytes.size());
    return from_host(tensor);
}

template<class T>
auto with(void (*evaluate)(T const&, Inputs, Value&))
{
    return [evaluate](Op const& op, Inputs in, Value& out) { evaluate(static_cast<T const&>(op), in, out); };
}

auto with(void (*evaluate)(Inputs, Value&))
{
    return [evaluate](Op const&, Inputs in, Value& out) { evaluate(in, out); };
}

using Evaluate = std::function<void(Op const&, Inputs, Value&)>;

std::map<std::string_view, Evaluate> const& evaluators()
{
    static std::map<std::string_view, Evaluate> const all = {
        { "attention", with(evaluate_attention) },
        { "average_pool", with(evaluate_average_pool) },
        { "binary", with(evaluate_binary) },
        { "concat", with(evaluate_concat) },
        { "conv2d", with(evaluate_conv2d) },
        { "embedding", with(evaluate_embedding) },
        { "gather_rows", with(evaluate_gather_rows) },
        { "geglu", with(evaluate_geglu) },
        { "group_norm", with(evaluate_group_norm) },
        { "guide", with(evaluate_guide) },
        { "layer_norm", with(evaluate_layer_norm) },
        { "linear", with(evaluate_linear) },
        { "model_input", with(evaluate_model_input) },
        { "reshape", [](Op const&, Inputs in, Value& out) { out.at = in[0]->at; } },
        { "resample", with(evaluate_resample) },
        { "slice_channels", with(evaluate_slice_channels) },
        { "time_embedding", with(evaluate_time_embedding) },
        { "unary", with(evaluate_unary) },
    };
    return all;
}

}

std::vector<Value> evaluate_nodes(Graph const& graph, std::map<std::string, HostTensor> const& inputs)
{
    std::vector<Value> values(graph.nodes().size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        Node const& node = graph.nodes()[i];
        if (node.weight) {
            values[i] = from_weight(*node.weight);
        } else if (!node.op) {
            auto const found = inputs.find(node.input_name);
            if (found == inputs.end())
                fail(ErrorCode::internal, "reference: no value for the input '{}'", node.input_name);
            values[i] = from_host(found->second);
        } else {
            auto const found = evaluators().find(node.op->name());
            if (found == evaluators().end())
                fail(ErrorCode::internal, "reference: nobody evaluates the op '{}'", node.op->name());
            std::vector<Value const*> in;
            for (NodeId input : node.inputs)
                in.push_back(&values[input]);
            values[i] = Value(node.shape);
            found->second(*node.op, in, values[i]);
        }
    }
    return values;
}

Values evaluate(Graph const& graph, std::map<std::string, HostTensor> const& inputs)
{
    std::vector<Value> values = evaluate_nodes(graph, inputs);
    Values outputs;
    for (Graph::Output const& output : graph.outputs())
        outputs[output.name] = values[output.node];
    return outputs;
}

}
