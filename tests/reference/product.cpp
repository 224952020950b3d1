// SPDX-License-Identifier: Apache-2.0
// linear and conv2d: sums of products with what may follow them.
#include "tests/reference/ops.h"
#include "tests/reference/parallel.h"

namespace igneous::reference {

namespace {

/// weight [out, in, taps] as [taps, in, out]: the innermost loop runs along it.
std::vector<double> outputs_innermost(Value const& weight, std::size_t outputs, std::size_t inputs, std::size_t taps)
{
    std::vector<double> turned(weight.size());
    for (std::size_t o = 0; o < outputs; ++o)
        for (std::size_t i = 0; i < inputs; ++i)
            for (std::size_t t = 0; t < taps; ++t)
                turned[(t * inputs + i) * outputs + o] = weight[(o * inputs + i) * taps + t];
    return turned;
}

void add_product(double* sums, double const* x, std::size_t inputs, double const* weights, std::size_t outputs)
{
    for (std::size_t i = 0; i < inputs; ++i) {
        double const factor = x[i];
        for (std::size_t o = 0; o < outputs; ++o)
            sums[o] += factor * weights[i * outputs + o];
    }
}

}

void evaluate_linear(LinearOp const& op, Inputs in, Value& out)
{
    Value const& x = *in[0];
    Value const& weight = *in[1];
    std::size_t next = 2;
    Value const* bias = op.bias ? in[next++] : nullptr;
    Value const* residual = op.residual ? in[next++] : nullptr;
    std::size_t const inputs = channels(x), outputs = extent(weight, 0), width = channels(out);
    std::vector<double> const turned = outputs_innermost(weight, outputs, inputs, 1);
    parallel_for(rows(x), [&](std::size_t row) {
        std::vector<double> sums(outputs);
        if (bias)
            sums = bias->at;
        add_product(sums.data(), &x.at[row * inputs], inputs, turned.data(), outputs);
        for (double& sum : sums)
            sum = activation(op.activation, sum);
        for (std::size_t c = 0; c < width; ++c) {
            double y = op.geglu ? sums[c] * activation(Activation::gelu, sums[width + c]) : sums[c];
            out[row * width + c] = y + (residual ? (*residual)[row * width + c] : 0);
        }
    });
}

void evaluate_conv2d(Conv2dOp const& op, Inputs in, Value& out)
{
    Value joined;
    std::size_t next = 1;
    if (op.concat) {
        joined = Value(in[0]->shape.with(-1, in[0]->shape.channels() + in[1]->shape.channels()));
        evaluate_concat(in.subspan(0, 2), joined);
        next = 2;
    }
    Value const& x = op.concat ? joined : *in[0];
    Value const& weight = *in[next++];
    Value const* bias = op.bias ? in[next++] : nullptr;
    Value const* channel_add = op.channel_add ? in[next++] : nullptr;
    Value const* residual = op.residual ? in[next++] : nullptr;

    std::int64_t const upsample = op.conv.upsample, stride = op.conv.stride;
    std::int64_t const height = x.shape[1] * upsample, width = x.shape[2] * upsample, kh = weight.shape[2],
                       kw = weight.shape[3];
    std::size_t const inputs = channels(x), outputs = extent(weight, 0), out_height = extent(out, 1),
                      out_width = extent(out, 2);
    std::vector<double> const turned = outputs_innermost(weight, outputs, inputs, static_cast<std::size_t>(kh * kw));
    parallel_for(extent(out, 0) * out_height, [&](std::size_t line) {
        std::size_t const n = line / out_height, oy = line % out_height;
        std::vector<double> sums(outputs);
        for (std::size_t ox = 0; ox < out_width; ++ox) {
            for (std::size_t o = 0; o < outputs; ++o)
                sums[o] = (bias ? (*bias)[o] : 0) + (channel_add ? (*channel_add)[n * outputs + o] : 0);
            for (std::int64_t ky = 0; ky < kh; ++ky)
                for (std::int64_t kx = 0; kx < kw; ++kx) {
                    std::int64_t const y = static_cast<std::int64_t>(oy) * stride + ky - op.conv.pad_top;
                    std::int64_t const at = static_cast<std::int64_t>(ox) * stride + kx - op.conv.pad_left;
                    if (y < 0 || y >= height || at < 0 || at >= width)
                        continue;
                    std::int64_t const pixel
                        = (static_cast<std::int64_t>(n) * x.shape[1] + y / upsample) * x.shape[2] + at / upsample;
                    add_product(sums.data(), &x.at[static_cast<std::size_t>(pixel) * inputs], inputs,
                        &turned[static_cast<std::size_t>(ky * kw + kx) * inputs * outputs], outputs);
                }
            std::size_t const to = (line * out_width + ox) * outputs;
            for (std::size_t o = 0; o < outputs; ++o)
                out[to + o] = activation(op.activation, sums[o]) + (residual ? (*residual)[to + o] : 0);
        }
    });
}

}
