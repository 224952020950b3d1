// SPDX-License-Identifier: Apache-2.0
#include "models/layers/conv2d.h"

namespace igneous {

Conv2d Conv2d::load(WeightScope w, int in, int out, int kernel, int padding, int stride, Bias bias)
{
    ConvSettings const settings {
        .stride = stride, .pad_top = padding, .pad_left = padding, .pad_bottom = padding, .pad_right = padding
    };
    return { w.path(), w.weight("weight", { out, in, kernel, kernel }),
        bias == Bias::yes ? w.weight("bias", { out }) : nullptr, settings };
}

Tensor Conv2d::operator()(Tensor x) const
{
    Graph& graph = *x.graph;
    auto const scope = graph.scope(name);
    return conv2d(x, graph.weight(weight), bias ? std::optional(graph.weight(bias)) : std::nullopt, settings);
}

}
