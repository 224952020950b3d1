// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/ops.h"

#include <cmath>

namespace igneous::reference {

void evaluate_group_norm(GroupNormOp const& op, Inputs in, Value& out)
{
    Value joined;
    std::size_t first = 1;
    if (op.concat) {
        joined = Value(out.shape);
        evaluate_concat(in.subspan(0, 2), joined);
        first = 2;
    }
    Value const& x = op.concat ? joined : *in[0];
    Value const& scale = *in[first];
    Value const& shift = *in[first + 1];
    std::size_t const images = extent(x, 0), width = channels(x), pixels = x.size() / images / width;
    std::size_t const groups = static_cast<std::size_t>(op.groups), each = width / groups;
    double const count = static_cast<double>(pixels * each);
    for (std::size_t n = 0; n < images; ++n)
        for (std::size_t g = 0; g < groups; ++g) {
            auto const at = [&](std::size_t p, std::size_t c) { return (n * pixels + p) * width + g * each + c; };
            double sum = 0, squares = 0;
            for (std::size_t p = 0; p < pixels; ++p)
                for (std::size_t c = 0; c < each; ++c)
                    sum += x[at(p, c)];
            double const mean = sum / count;
            for (std::size_t p = 0; p < pixels; ++p)
                for (std::size_t c = 0; c < each; ++c)
                    squares += (x[at(p, c)] - mean) * (x[at(p, c)] - mean);
            double const factor = 1 / std::sqrt(squares / count + static_cast<double>(op.eps));
            for (std::size_t p = 0; p < pixels; ++p)
                for (std::size_t c = 0; c < each; ++c)
                    out[at(p, c)] = activation(
                        op.activation, (x[at(p, c)] - mean) * factor * scale[g * each + c] + shift[g * each + c]);
        }
}

void evaluate_layer_norm(LayerNormOp const& op, Inputs in, Value& out)
{
    Value const& x = *in[0];
    std::size_t const width = channels(x);
    for (std::size_t r = 0; r < rows(x); ++r) {
        double sum = 0, squares = 0;
        for (std::size_t c = 0; c < width; ++c)
            sum += x[r * width + c];
        double const mean = sum / static_cast<double>(width);
        for (std::size_t c = 0; c < width; ++c)
            squares += (x[r * width + c] - mean) * (x[r * width + c] - mean);
        double const factor = 1 / std::sqrt(squares / static_cast<double>(width) + static_cast<double>(op.eps));
        for (std::size_t c = 0; c < width; ++c)
            out[r * width + c] = (x[r * width + c] - mean) * factor * (*in[1])[c] + (*in[2])[c];
    }
}

}
