// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compute/graph/graph.h"

namespace igneous {

/// Inputs in the node: x (and x2 where `concat`), scale, shift.
struct GroupNormOp : Op {
    int groups = 32;
    float eps = 1e-5f;
    bool concat = false;                         // set by the fusion passes: channels of x and x2 side by side
    Activation activation = Activation::none;    // set by the fusion passes
    std::string_view name() const override { return "group_norm"; }
    std::string settings() const override;
};

/// Inputs in the node: x, scale, shift.
struct LayerNormOp : Op {
    float eps = 1e-5f;
    std::string_view name() const override { return "layer_norm"; }
    std::string settings() const override;
};

/// Normalises each of `groups` channel groups of x [N, H, W, C] over (H, W, C/groups) with the biased variance, then scales
/// and shifts per channel (scale, shift [C]). Statistics in f32.
Tensor group_norm(Tensor x, Tensor scale, Tensor shift, int groups, float eps);

/// Normalises x [..., C] over C with the biased variance, then scales and shifts (scale, shift [C]). Statistics in f32.
Tensor layer_norm(Tensor x, Tensor scale, Tensor shift, float eps);

}
