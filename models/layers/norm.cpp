// SPDX-License-Identifier: Apache-2.0
#include "models/layers/norm.h"

#include "compute/ops/norm.h"

namespace igneous {

GroupNorm GroupNorm::load(WeightScope w, int channels, int groups, float eps)
{
    return { w.path(), w.weight("weight", { channels }), w.weight("bias", { channels }), groups, eps };
}

Tensor GroupNorm::operator()(Tensor x) const
{
    auto const scope = x.graph->scope(name);
    return group_norm(x, x.graph->weight(scale), x.graph->weight(shift), groups, eps);
}

LayerNorm LayerNorm::load(WeightScope w, int channels, float eps)
{
    return { w.path(), w.weight("weight", { channels }), w.weight("bias", { channels }), eps };
}

Tensor LayerNorm::operator()(Tensor x) const
{
    auto const scope = x.graph->scope(name);
    return layer_norm(x, x.graph->weight(scale), x.graph->weight(shift), eps);
}

}
