// SPDX-License-Identifier: Apache-2.0
#include "compute/ops/attention.h"

namespace igneous {

std::string AttentionOp::settings() const
{
    return std::format("heads={} scale={} causal={}", heads, scale, causal);
}

Tensor attention(Tensor q, Tensor k, Tensor v, int heads, float scale, bool causal)
{
    require(q.shape.rank() == 3 && k.shape.rank() == 3, "attention: q and k must be [N, L, C] but are {} and {}", q.shape, k.shape);
    require(k.shape == v.shape, "attention: k {} and v {} must have the same shape", k.shape, v.shape);
    require(q.shape[2] == k.shape[2], "attention: q {} and k {} must have the same channels", q.shape, k.shape);
    require(k.shape[0] == q.shape[0] || k.shape[0] == 1, "attention: k {} must have {} or 1 pictures", k.shape, q.shape[0]);
    require(heads > 0 && q.shape[2] % heads == 0, "attention: {} channels do not split into {} heads", q.shape[2], heads);
    require(!causal || q.shape[1] == k.shape[1], "attention: causal needs as many queries as keys, got {} and {}", q.shape[1], k.shape[1]);
    require(q.dtype == k.dtype && q.dtype == v.dtype, "attention: q, k and v must have one type, got {}, {}, {}", name_of(q.dtype),
        name_of(k.dtype), name_of(v.dtype));
    auto op = std::make_shared<AttentionOp>();
    op->heads = heads;
    op->scale = scale;
    op->causal = causal;
    return q.graph->add(std::move(op), { q, k, v }, q.dtype, q.shape);
}

}
