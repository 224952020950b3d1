// SPDX-License-Identifier: Apache-2.0
#include "models/layers/linear.h"

#include "compute/ops/ops.h"

namespace igneous {

Linear Linear::load(WeightScope w, int in, int out, Bias bias)
{
    return { w.path(), w.weight("weight", { out, in }), bias == Bias::yes ? w.weight("bias", { out }) : nullptr };
}

Linear Linear::load_conv1x1(WeightScope w, int in, int out, Bias bias)
{
    return { w.path(), w.weight("weight", { out, in, 1, 1 }), bias == Bias::yes ? w.weight("bias", { out }) : nullptr };
}

Tensor Linear::operator()(Tensor x) const
{
    Graph& graph = *x.graph;
    auto const scope = graph.scope(name);
    return linear(x, graph.weight(weight), bias ? std::optional(graph.weight(bias)) : std::nullopt);
}

}
