// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/ops.h"

#include <cmath>
#include <numbers>

namespace igneous::reference {

double activation(Activation kind, double x)
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

void evaluate_unary(UnaryOp const& op, Inputs in, Value& out)
{
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = activation(
            op.activation, (*in[0])[i] * static_cast<double>(op.multiply) + static_cast<double>(op.offset));
}

void evaluate_binary(BinaryOp const& op, Inputs in, Value& out)
{
    Value const& a = *in[0];
    Value const& b = *in[1];
    for (std::size_t i = 0; i < out.size(); ++i) {
        std::size_t rest = i, at = 0, stride = 1;
        for (int d = 1; d <= static_cast<int>(b.shape.rank()); ++d) {
            std::size_t const coordinate = rest % extent(a, -d);
            rest /= extent(a, -d);
            if (b.shape[-d] != 1)
                at += coordinate * stride;
            stride *= extent(b, -d);
        }
        double const y = op.kind == BinaryOp::Kind::add ? a[i] + b[at] : a[i] * b[at];
        out[i] = activation(op.activation, y);
    }
}

void evaluate_geglu(Inputs in, Value& out)
{
    std::size_t const width = channels(out);
    for (std::size_t r = 0; r < rows(out); ++r)
        for (std::size_t c = 0; c < width; ++c)
            out[r * width + c]
                = (*in[0])[r * 2 * width + c] * activation(Activation::gelu, (*in[0])[r * 2 * width + width + c]);
}

void evaluate_concat(Inputs in, Value& out)
{
    std::size_t const a = channels(*in[0]), b = channels(*in[1]);
    for (std::size_t r = 0; r < rows(out); ++r)
        for (std::size_t c = 0; c < a + b; ++c)
            out[r * (a + b) + c] = c < a ? (*in[0])[r * a + c] : (*in[1])[r * b + c - a];
}

void evaluate_slice_channels(SliceChannelsOp const& op, Inputs in, Value& out)
{
    std::size_t const width = channels(out);
    for (std::size_t r = 0; r < rows(out); ++r)
        for (std::size_t c = 0; c < width; ++c)
            out[r * width + c] = (*in[0])[r * channels(*in[0]) + static_cast<std::size_t>(op.begin) + c];
}

}
