// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compute/graph/graph.h"

namespace igneous {

/// Inputs in the node: q, k, v.
struct AttentionOp : Op {
    int heads = 1;
    float scale = 1;
    bool causal = false;
    std::string_view name() const override { return "attention"; }
    std::string settings() const override;
};

/// softmax(scale q kᵀ) v per head, online in f32. q [N, Lq, heads*d], k and v [N, Lk, heads*d] -> [N, Lq, heads*d]; any d.
/// Causal: query i sees keys j <= i (Lq == Lk). k and v may have N == 1 while q has more: shared by all.
Tensor attention(Tensor q, Tensor k, Tensor v, int heads, float scale, bool causal = false);

}
