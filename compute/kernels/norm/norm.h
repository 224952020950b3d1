// SPDX-License-Identifier: Apache-2.0
#pragma once

// How group_norm and layer_norm become dispatches; what they mean is in compute/ops/norm.h.

#include "compute/kernels/kernel.h"

namespace igneous {

/// How the pixels of a picture are cut for the statistics of group_norm, by the whole picture's size alone.
struct GroupNormChunks {
    std::uint32_t pixels = 0;        // of a chunk; the last one may have fewer
    std::uint32_t count = 0;
    std::uint32_t partials = 0;      // of a group, from all chunks
    bool joined = false;             // by a pass of their own before the last pass
};
GroupNormChunks group_norm_chunks(
    std::int64_t pixels, std::int64_t x_channels, std::int64_t x2_channels, int groups, DeviceProfile const& profile);

/// Whether the statistics of a group_norm over x (and x2) are made in boxes (shaders/norm/box_statistics.glsl): on GPUs,
/// where a pass would have to join them anyway. So that it follows from the whole picture alone.
bool group_norm_in_boxes(Shape const& x, std::int64_t x2_channels, int groups, DeviceProfile const& profile);
/// Of picture x: [N, boxes, 2, C].
Shape box_statistics_shape(Shape const& x);
/// A pass over `x` of its own.
void dispatch_box_statistics(Lowering& lowering, Operand const& x, Location statistics);
/// Runs of rows of boxes, for each of which a group has a partial: few enough for the last pass to join.
std::int64_t box_runs(std::int64_t height);
/// Joins the statistics of x [N, height, width, C], and of x2 where there is one, to partials [N, groups, runs, 3].
void dispatch_box_join(Lowering& lowering, std::span<Operand const> statistics, std::int64_t height, std::int64_t width,
    Operand const& partials);

void lower_box_join(Op const& op, Lowering& lowering);
void lower_box_statistics(Op const& op, Lowering& lowering);
void lower_group_norm(Op const& op, Lowering& lowering);
void lower_group_norm_statistics(Op const& op, Lowering& lowering);
void lower_group_norm_join(Op const& op, Lowering& lowering);
void lower_group_norm_apply(Op const& op, Lowering& lowering);
void lower_group_norm_table(Op const& op, Lowering& lowering);
void lower_layer_norm(Op const& op, Lowering& lowering);

}
