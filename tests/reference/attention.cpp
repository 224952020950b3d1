// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/ops.h"
#include "tests/reference/parallel.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace igneous::reference {

void evaluate_attention(AttentionOp const& op, Inputs in, Value& out)
{
    Value const &q = *in[0], &k = *in[1], &v = *in[2];
    std::size_t const queries = extent(q, 1), keys = extent(k, 1), width = channels(q);
    std::size_t const heads = static_cast<std::size_t>(op.heads), d = width / heads;
    parallel_for(extent(q, 0) * heads, [&](std::size_t job) {
        std::size_t const n = job / heads, head = job % heads, shared = extent(k, 0) == 1 ? 0 : n;
        std::vector<double> scores(keys);
        for (std::size_t i = 0; i < queries; ++i) {
            double const* row = &q.at[(n * queries + i) * width + head * d];
            double* sum = &out.at[(n * queries + i) * width + head * d];
            std::size_t const seen = op.causal ? i + 1 : keys;
            double largest = -std::numeric_limits<double>::infinity();
            for (std::size_t j = 0; j < seen; ++j) {
                double const* key = &k.at[(shared * keys + j) * width + head * d];
                double score = 0;
                for (std::size_t c = 0; c < d; ++c)
                    score += row[c] * key[c];
                scores[j] = score * static_cast<double>(op.scale);
                largest = std::max(largest, scores[j]);
            }
            double total = 0;
            for (std::size_t j = 0; j < seen; ++j) {
                double const weight = std::exp(scores[j] - largest);
                double const* value = &v.at[(shared * keys + j) * width + head * d];
                total += weight;
                for (std::size_t c = 0; c < d; ++c)
                    sum[c] += weight * value[c];
            }
            for (std::size_t c = 0; c < d; ++c)
                sum[c] /= total;
        }
    });
}

}
