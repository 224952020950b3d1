// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compute/ops/conv2d.h"
#include "models/layers/linear.h"

namespace igneous {

/// A 2-D convolution of x [N, H, W, in] -> [N, H', W', out]. Weights as in torch.nn.Conv2d.
struct Conv2d {
    std::string name;
    Weight weight;      // [out, in, kernel, kernel]
    Weight bias;        // [out], or null
    ConvSettings settings;

    /// `padding`: zeros on all four sides.
    static Conv2d load(WeightScope w, int in, int out, int kernel, int padding, int stride = 1, Bias bias = Bias::yes);
    Tensor operator()(Tensor x) const;
};

}
