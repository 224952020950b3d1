// SPDX-License-Identifier: Apache-2.0
#include "compute/self_test/known_graph.h"

#include <cmath>
#include <numbers>

namespace igneous::self_test {

namespace {

std::vector<float> numbers(std::string const& name, Shape const& shape, double scale, double offset)
{
    std::uint32_t state = 2166136261u;
    for (char c : name)
        state = (state ^ static_cast<unsigned char>(c)) * 16777619u;
    std::vector<float> values(static_cast<std::size_t>(shape.elements()));
    for (float& value : values) {
        state = state * 1664525u + 1013904223u;
        double const unit = static_cast<double>(state >> 8) / (1 << 23) - 1;
        value = half_to_float(float_to_half(static_cast<float>(scale * unit + offset)));
    }
    return values;
}

}

Known KnownGraph::input(std::string const& name, Shape shape, double scale, double offset)
{
    std::vector<float> const values = numbers(name, shape, scale, offset);
    m_inputs[name] = HostTensor::from(shape, values).to(m_graph->activations());
    return { m_graph->input(name, m_graph->activations(), shape, Rate::step), { values.begin(), values.end() } };
}

Known KnownGraph::input_f32(std::string const& name, Shape shape, double scale, double offset)
{
    std::vector<float> const values = numbers(name, shape, scale, offset);
    m_inputs[name] = HostTensor::from(shape, values);
    return { m_graph->input(name, DType::f32, shape, Rate::step), { values.begin(), values.end() } };
}

Known KnownGraph::integers(std::string const& name, Shape shape, std::vector<std::int32_t> const& values)
{
    m_inputs[name] = HostTensor::from(shape, values);
    return { m_graph->input(name, DType::i32, shape, Rate::step), { values.begin(), values.end() } };
}

Known KnownGraph::weight(std::string const& name, Shape shape, double scale, double offset)
{
    auto const values = std::make_shared<std::vector<float> const>(numbers(name, shape, scale, offset));
    auto source = std::make_shared<WeightSource>();
    source->name = name;
    source->dtype = DType::f32;
    source->shape = shape;
    source->bytes = std::as_bytes(std::span(*values));
    source->owner = values;
    return { m_graph->weight(std::move(source)), { values->begin(), values->end() } };
}

void KnownGraph::expect(std::string const& name, Tensor y, std::vector<double> values)
{
    m_graph->output(name, y);
    m_expected[name] = std::move(values);
}

double activated(Activation kind, double x)
{
    switch (kind) {
    case Activation::none: return x;
    case Activation::silu: return x / (1 + std::exp(-x));
    case Activation::gelu: return 0.5 * x * std::erfc(-x / std::numbers::sqrt2);
    case Activation::quick_gelu: return x / (1 + std::exp(-1.702 * x));
    case Activation::relu: return x > 0 ? x : 0;
    case Activation::tanh: return std::tanh(x);
    }
    return x;
}

}
