// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/layers/conv2d.h"
#include "models/layers/norm.h"

#include <optional>

namespace igneous {

struct ResnetSettings {
    int time_channels = 0;      // 0: no time embedding (VAE)
    int groups = 32;
    float eps = 1e-5f;
    float output_scale = 1;     // the sum is divided by it
};

/// Norm, SiLU, convolution, twice; the time embedding is added per channel in between; plus the input.
struct ResnetBlock {
    GroupNorm norm1;
    Conv2d conv1;
    std::optional<Linear> time_proj;
    GroupNorm norm2;
    Conv2d conv2;
    std::optional<Linear> shortcut;   // only where the channel count changes
    float output_scale;

    static ResnetBlock load(WeightScope w, int in, int out, ResnetSettings const& settings);
    /// x [N, H, W, in], time [N, time_channels] after its SiLU -> [N, H, W, out].
    Tensor operator()(Tensor x, std::optional<Tensor> time = {}) const;
};

}
