// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compute/graph/graph.h"

namespace igneous {

enum class Filter : std::uint32_t { nearest, bilinear };

/// Input: x [N, H, W, C].
struct ResampleOp : Op {
    Filter filter = Filter::nearest;
    std::string_view name() const override { return "resample"; }
    std::string settings() const override;
};

/// Input: x. Mean over 2x2 blocks.
struct AveragePoolOp : Op {
    std::string_view name() const override { return "average_pool"; }
};

/// Resizes x [N, H, W, C] to [N, height, width, C]; half-pixel centres, nearest as PyTorch's "nearest", bilinear without antialias.
Tensor resample(Tensor x, int height, int width, Filter filter);
/// [N, H, W, C] -> [N, H/2, W/2, C], the mean of 2x2 blocks (odd rows and columns at the end are dropped).
Tensor average_pool(Tensor x);

}
