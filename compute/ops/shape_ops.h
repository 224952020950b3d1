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

/// Input: x. Rows of [1, H, W, C] from `row` on, as many as the node's shape has: another view of the same memory, no
/// dispatch.
struct RowsOp : Op {
    std::int64_t row = 0;
    std::string_view name() const override { return "rows"; }
    std::string settings() const override;
};

/// No input: memory that PlaceOps fill.
struct EmptyOp : Op {
    std::string_view name() const override { return "empty"; }
};

/// Inputs: x [1, H, W, C] made of an EmptyOp and PlaceOps, band [1, h, W, C]. x with `band` as its rows from `row` on:
/// the band is made there in the first place, so nobody else may read it, and there is no dispatch.
struct PlaceOp : Op {
    std::int64_t row = 0;
    std::string_view name() const override { return "place"; }
    std::string settings() const override;
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
/// x[:, row : row + count] of x [1, H, W, C]; x itself where that is all of it.
Tensor rows(Tensor x, std::int64_t row, std::int64_t count);
/// Memory of a type and shape for place(), at the rate of steps.
Tensor empty(Graph& graph, DType dtype, Shape shape);
Tensor place(Tensor x, Tensor band, std::int64_t row);
/// x[..., begin : begin + size].
Tensor slice_channels(Tensor x, int begin, int size);
/// Row index[n] of each x[n]: x [N, L, C], index [N] -> [N, C].
Tensor gather_rows(Tensor x, Tensor index);

}
