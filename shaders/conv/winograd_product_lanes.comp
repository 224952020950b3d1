#version 460
// SPDX-License-Identifier: Apache-2.0
// The 16 products of Winograd's F(2 x 2, 3 x 3), for CPU drivers: see include/product_lanes.glsl for tile and grid; z
// counts the products.
#include "include/tensor_io.glsl"
#include "include/address.glsl"
#include "include/lanes.glsl"
#include "conv/winograd.params.h"

layout(push_constant) uniform Push { WinogradProductParams p; };

struct Row { uint index; };

Row locate(uint row) { return Row(row); }
uint last_row() { return p.rows - 1; }
uint tap_count() { return 1; }
uint range_count() { return 1; }
uint range_channels(uint range) { return p.channels; }
uint padded_range_channels(uint range) { return p.channels; }

/// product_lanes.glsl skips one piece a panel; a panel has 16.
Address packed_weight()
{
    return advance_bytes(p.weight, (15 * gl_WorkGroupID.y + gl_WorkGroupID.z) * p.piece_bytes);
}

Address row_address(Row row, uint tap, uint range)
{
    return advance(p.x, (gl_WorkGroupID.z * p.rows + row.index) * p.channels);
}

bool find_stored(uint row, out uint stored, out uint image)
{
    stored = gl_WorkGroupID.z * p.rows + row;
    image = 0;
    return row < p.rows;
}

#define padded_channels channels
#include "include/epilogue.glsl"
#include "include/product_lanes.glsl"
