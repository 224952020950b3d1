// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compute/graph/graph.h"

namespace igneous {

/// Inputs: a, b. Folded into group_norm and conv2d where those consume it; a copy elsewhere.
struct ConcatOp : Op {
    std::string_view name() const override { return "concat"; }
};

/// Input: x. Another view of the same memory: no dispatch.
struct ReshapeOp : Op {
    std::string_view name() const override { return "reshape"; }
};

/// Input: x. Channels [begin, begin + size).
struct SliceChannelsOp : Op {
    int begin = 0, size = 0;
    std::string_view name() const override { return "slice_channels"; }
    std::string settings() const override;
};

/// Inputs: x [N, L, C], index [N] i32.
struct GatherRowsOp : Op {
    std::string_view name() const override { return "gather_rows"; }
};

/// Channels of a [..., Ca] and b [..., Cb] side by side -> [..., Ca + Cb].
Tensor concat(Tensor a, Tensor b);
Tensor reshape(Tensor x, Shape shape);
/// x[..., begin : begin + size].
Tensor slice_channels(Tensor x, int begin, int size);
/// Row index[n] of each x[n]: x [N, L, C], index [N] -> [N, C].
Tensor gather_rows(Tensor x, Tensor index);

}
