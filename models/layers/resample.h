// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/layers/conv2d.h"

namespace igneous {

/// Halves a picture with a 3x3 convolution of stride 2.
struct Downsample {
    Conv2d conv;

    /// `padding` 1: zeros all around. 0: zeros to the right and below only (VAE encoders).
    static Downsample load(WeightScope w, int channels, int padding);
    /// x [N, H, W, channels] -> [N, H/2, W/2, channels], odd extents rounded up (padding 1) or down (0).
    Tensor operator()(Tensor x) const { return conv(x); }
};

/// Enlarges a picture to the nearest neighbour, then a 3x3 convolution.
struct Upsample {
    Conv2d conv;

    static Upsample load(WeightScope w, int channels);
    /// x [N, H, W, channels] -> [N, 2H, 2W, channels].
    Tensor operator()(Tensor x) const;
    /// -> [N, height, width, channels]: the skip connection's size where extents are odd.
    Tensor operator()(Tensor x, std::int64_t height, std::int64_t width) const;
};

}
