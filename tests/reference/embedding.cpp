// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/ops.h"

#include <cmath>

namespace igneous::reference {

void evaluate_embedding(Inputs in, Value& out)
{
    Value const& table = *in[1];
    std::size_t const width = channels(table);
    for (std::size_t i = 0; i < in[0]->size(); ++i) {
        double const id = (*in[0])[i];
        if (id < 0 || id >= static_cast<double>(rows(table)))
            continue;
        for (std::size_t c = 0; c < width; ++c)
            out[i * width + c] = table[static_cast<std::size_t>(id) * width + c];
    }
}

void evaluate_gather_rows(Inputs in, Value& out)
{
    Value const& x = *in[0];
    std::size_t const width = channels(x);
    for (std::size_t n = 0; n < in[1]->size(); ++n) {
        double const index = (*in[1])[n];
        if (index < 0 || index >= static_cast<double>(x.shape[1]))
            continue;
        for (std::size_t c = 0; c < width; ++c)
            out[n * width + c] = x[(n * extent(x, 1) + static_cast<std::size_t>(index)) * width + c];
    }
}

void evaluate_time_embedding(TimeEmbeddingOp const& op, Inputs in, Value& out)
{
    std::size_t const width = static_cast<std::size_t>(op.channels), half = width / 2;
    for (std::size_t n = 0; n < in[0]->size(); ++n)
        for (std::size_t i = 0; i < half; ++i) {
            double const exponent = -std::log(static_cast<double>(op.max_period)) * static_cast<double>(i)
                                    / (static_cast<double>(half) - static_cast<double>(op.freq_shift));
            double const angle = (*in[0])[n] * std::exp(exponent);
            out[n * width + i] = op.flip_sin_to_cos ? std::cos(angle) : std::sin(angle);
            out[n * width + half + i] = op.flip_sin_to_cos ? std::sin(angle) : std::cos(angle);
        }
}

}
