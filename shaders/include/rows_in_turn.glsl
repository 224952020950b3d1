// SPDX-License-Identifier: Apache-2.0
// How include/product_tiles.glsl stages a left matrix whose rows come one after the other: those of the tile at each
// step; channels come first, then ranges, then taps.

#include "include/tile.glsl"

const uint STAGED = TILE_ROWS;

/// Rows past the end work in vain.
Row staged_row(uint first_row, uint i) { return locate(min(first_row + i, last_row())); }
uint staged_at(uint i, uint tap) { return i; }
vec4 staged_value(Row row, uint range, uint channel, vec4 x) { return x; }

Walk begin_part(uint i, uint count)
{
    uvec2 begin = part_begin(i, count);
    return Walk(begin.x, 0, begin.y);
}

uint steps_before(Walk walk)
{
    uint depth = padded_range_channels(0) + (range_count() > 1 ? padded_range_channels(1) : 0);
    return (walk.tap * depth + walk.k) / TILE_DEPTH;
}

bool brings_rows(Walk walk) { return true; }

void walk_on(inout Walk walk)
{
    walk.k += TILE_DEPTH;
    if (walk.k < padded_range_channels(walk.range))
        return;
    walk.k = 0;
    if (++walk.range == range_count()) {
        walk.range = 0;
        ++walk.tap;
    }
}
