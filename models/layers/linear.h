// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/checkpoint/weight_scope.h"

namespace igneous {

enum class Bias { no, yes };

/// y = x Wᵀ + b. x [..., in] -> [..., out]. Weights as in torch.nn.Linear.
struct Linear {
    std::string name;   // labels nodes
    Weight weight;      // [out, in], or [out, in, 1, 1] where the checkpoint has a 1x1 convolution
    Weight bias;        // [out], or null

    static Linear load(WeightScope w, int in, int out, Bias bias = Bias::yes);
    /// A 1x1 convolution: on channels-last pictures the same thing.
    static Linear load_conv1x1(WeightScope w, int in, int out, Bias bias = Bias::yes);
    Tensor operator()(Tensor x) const;
};

}
