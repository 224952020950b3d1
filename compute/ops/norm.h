// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compute/graph/graph.h"

namespace igneous {

/// Inputs in the node: x (and x2 where `concat`), scale, shift, then what BoxStatisticsOp gives of x (and of x2) where
/// `statistics`.
struct GroupNormOp : Op {
    int groups = 32;
    float eps = 1e-5f;
    bool concat = false;                         // set by the fusion passes: channels of x and x2 side by side
    Activation activation = Activation::none;    // set by the fusion passes
    bool statistics = false;                     // set by statistics_while_storing
    std::string_view name() const override { return "group_norm"; }
    std::string settings() const override;
};

/// The three parts of a group_norm that is worked on band by band (compute/graph/bands.h); together they give its
/// result to the last bit. Statistics of some chunks of a picture's pixels (kernels/norm/norm.h says how it is cut), in
/// a memory for all of them. Inputs in the node: x (and x2 where `concat`), rows that hold these chunks, and the memory
/// so far, f32 [1, groups, partials, 3], which the result takes the place of.
struct GroupNormStatisticsOp : Op {
    int groups = 32;
    bool concat = false;
    std::int64_t pixels = 0; // of the whole picture
    std::int64_t first_pixel = 0; // x begins here
    std::int64_t first_chunk = 0, chunks = 0;
    std::string_view name() const override { return "group_norm_statistics"; }
    std::string settings() const override;
};

/// Input: all partials [1, groups, n, 3] -> [1, groups, 1, 3].
struct GroupNormJoinOp : Op {
    std::string_view name() const override { return "group_norm_join"; }
};

/// Statistics of each channel of a picture in boxes (shaders/norm/box_statistics.glsl). Inputs in the node: x, rows of the
/// picture from `first_row` on, a multiple of BOX_LINES, and the memory of the whole's, f32 [N, boxes, 2, C], which the
/// result takes the place of.
struct BoxStatisticsOp : Op {
    std::int64_t first_row = 0;
    std::string_view name() const override { return "box_statistics"; }
    std::string settings() const override;
};

/// Inputs: statistics in boxes of x [N, height, width, C], and of x2 where there is one -> partials [N, groups, runs, 3].
struct BoxJoinOp : Op {
    std::int64_t height = 0, width = 0;
    std::string_view name() const override { return "box_join"; }
    std::string settings() const override;
};

/// Inputs in the node: those of GroupNormOp, any pixels of the picture, then its statistics [1, groups, n, 3].
struct GroupNormApplyOp : GroupNormOp {
    explicit GroupNormApplyOp(GroupNormOp const& whole)
        : GroupNormOp(whole)
    {}
    std::string_view name() const override { return "group_norm_apply"; }
};

/// What a convolution that applies the norm itself (Conv2dOp::norm) wants to know. Inputs in the node: those of
/// GroupNormOp -> f32 [N, 3, C]: mean, factor and shift of each channel.
struct GroupNormTableOp : GroupNormOp {
    explicit GroupNormTableOp(GroupNormOp const& whole)
        : GroupNormOp(whole)
    {}
    std::string_view name() const override { return "group_norm_table"; }
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
