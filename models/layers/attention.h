// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/layers/linear.h"

namespace igneous {

/// Multi-head attention as in diffusers: queries from x, keys and values from `context` (x itself for self-attention).
/// Where context is a per-request input, to_k and to_v run once per request.
struct Attention {
    std::string name;
    Linear to_q, to_k, to_v, to_out;
    int heads;
    float scale;   // 1 / sqrt(channels per head)
    bool causal = false;

    /// to_q, to_k, to_v without bias, to_out.0 with one.
    static Attention load(WeightScope w, int channels, int context_channels, int heads);
    /// x [N, L, channels], context [N, M, context_channels] -> [N, L, channels].
    Tensor operator()(Tensor x, Tensor context) const;
    Tensor attend(Tensor q, Tensor k, Tensor v) const;
};

}
