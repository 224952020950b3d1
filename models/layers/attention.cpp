// SPDX-License-Identifier: Apache-2.0
#include "models/layers/attention.h"

#include "compute/ops/attention.h"

#include <cmath>

namespace igneous {

Attention Attention::load(WeightScope w, int channels, int context_channels, int heads)
{
    return {
        .name = w.path(),
        .to_q = Linear::load(w / "to_q", channels, channels, Bias::no),
        .to_k = Linear::load(w / "to_k", context_channels, channels, Bias::no),
        .to_v = Linear::load(w / "to_v", context_channels, channels, Bias::no),
        .to_out = Linear::load(w / "to_out" / 0, channels, channels),
        .heads = heads,
        .scale = 1.0f / std::sqrt(static_cast<float>(channels / heads)),
    };
}

Tensor Attention::operator()(Tensor x, Tensor context) const
{
    return to_out(attend(to_q(x), to_k(context), to_v(context)));
}

Tensor Attention::attend(Tensor q, Tensor k, Tensor v) const
{
    auto const scope = q.graph->scope(name);
    return attention(q, k, v, heads, scale, causal);
}

}
