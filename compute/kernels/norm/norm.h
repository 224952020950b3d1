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

void lower_group_norm(Op const& op, Lowering& lowering);
void lower_group_norm_statistics(Op const& op, Lowering& lowering);
void lower_group_norm_join(Op const& op, Lowering& lowering);
void lower_group_norm_apply(Op const& op, Lowering& lowering);
void lower_group_norm_table(Op const& op, Lowering& lowering);
void lower_layer_norm(Op const& op, Lowering& lowering);

}
