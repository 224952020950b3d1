// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/checkpoint/weight_scope.h"

namespace igneous {

/// Group normalisation of x [N, H, W, channels], as torch.nn.GroupNorm.
struct GroupNorm {
    std::string name;
    Weight scale, shift;   // [channels]
    int groups;
    float eps;

    static GroupNorm load(WeightScope w, int channels, int groups, float eps);
    Tensor operator()(Tensor x) const;
};

/// Layer normalisation of x [..., channels], as torch.nn.LayerNorm.
struct LayerNorm {
    std::string name;
    Weight scale, shift;   // [channels]
    float eps;

    static LayerNorm load(WeightScope w, int channels, float eps = 1e-5f);
    Tensor operator()(Tensor x) const;
};

}
