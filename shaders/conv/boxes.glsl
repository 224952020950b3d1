// SPDX-License-Identifier: Apache-2.0
// The left matrix of a convolution of 3 x 3 (of 2 x 2 in phases) without stride: a tile is a box of output pixels. What
// its taps see is the box and a border around it, which is staged once for all of them.
// Grid: x = boxes of [image][down][across].

#include "conv/taps.glsl"
#include "include/tile.glsl"
#include "include/activation.glsl"
#include "norm/joined.glsl"
#include "norm/box_statistics.glsl"

layout(constant_id = 12) const uint BORDER = 2;           // rows and columns that the taps see beyond the box
layout(constant_id = 13) const uint NORM = 0;             // 1 + the activation behind the norm; 0: x is taken as it is
layout(constant_id = 14) const bool STATISTICS = false;   // of y are asked for
const uint BOX_HEIGHT = TILE_ROWS / BOX_WIDTH;
const uint STAGED_WIDTH = BOX_WIDTH + BORDER;
const uint STAGED = (BOX_HEIGHT + BORDER) * STAGED_WIDTH;

struct Box { uint image, y, x; };

Box find_box(uint first_row)
{
    uint across = (rows_wide() + BOX_WIDTH - 1) / BOX_WIDTH, down = (rows_high() + BOX_HEIGHT - 1) / BOX_HEIGHT;
    uint n = first_row / TILE_ROWS, line = n / across;
    return Box(line / down, line % down * BOX_HEIGHT, (n - line * across) * BOX_WIDTH);
}

/// Staged pixel `i` of the tile that begins with `first_row`: what its first tap would see. Boxes past the end, which
/// an odd phase has, work in vain.
Row staged_row(uint first_row, uint i)
{
    Box box = find_box(first_row);
    Row row = row_at(min(box.image, images() - 1), box.y, box.x);
    row.y += int(i / STAGED_WIDTH);
    row.x += int(i % STAGED_WIDTH);
    return row;
}

/// Four channels of a staged pixel as they are multiplied: normalised, but for the zeros around the picture.
vec4 staged_value(Row row, uint range, uint channel, vec4 x)
{
    if (NORM == 0 || channel >= range_channels(range) || !inside(row, 0, 0))
        return x;
    uint channels = p.channels + p.channels2;
    uint at = (row.image * 3 * channels + range * p.channels + channel) / 4;
    vec4 y = normalise(x, load4_f32(p.norm, at), load4_f32(p.norm, at + channels / 4), load4_f32(p.norm, at + channels / 2));
    y = activate4(y, NORM - 1);
#if defined(STORAGE_f16) && !defined(COOPMAT)
    y = vec4(unpackHalf2x16(pair_bits(y.xy)), unpackHalf2x16(pair_bits(y.zw)));      // as if it had been stored
#endif
    return y;
}

/// Where among the staged pixels a tap of row `i` of the tile lies.
uint staged_at(uint i, uint tap)
{
    uint tap_y = tap / (BORDER + 1);
    return (i / BOX_WIDTH + tap_y) * STAGED_WIDTH + i % BOX_WIDTH + tap - tap_y * (BORDER + 1);
}

/// Where a row lies in y, and whether there is such a row.
bool find_stored(uint row, out uint stored, out uint image)
{
    Box box = find_box(row);
    uint y = box.y + row % TILE_ROWS / BOX_WIDTH, x = box.x + row % BOX_WIDTH;
    image = box.image;
    stored = stored_at(image, y, x);
    return image < images() && y < of_phase(p.out_height, phase_y()) && x < of_phase(p.out_width, phase_x());
}

/// Statistics of a tile that is stored: it holds whole boxes of them.
void tile_statistics(uint first_row, uint first_column)
{
    if (!STATISTICS)
        return;
    memoryBarrierBuffer();
    barrier();
    Box box = find_box(first_row);
    Picture y = Picture(p.y, p.statistics, p.out_height, p.out_width, p.columns);
    for (uint first = 0; first < BOX_HEIGHT / BOX_LINES * TILE_COLUMNS; first += LINE_LANES) {
        uint i = first + gl_LocalInvocationID.x % LINE_LANES, column = first_column + i % TILE_COLUMNS;
        bool there = i < BOX_HEIGHT / BOX_LINES * TILE_COLUMNS && box.image < images();
        box_statistics(there, y, box.image, box.y + i / TILE_COLUMNS * BOX_LINES, box.x, column);
    }
}

// Taps come first, then channels: a step brings new pixels only where it begins with a tap.
bool brings_rows(Walk walk) { return walk.tap == 0; }

void walk_on(inout Walk walk)
{
    if (++walk.tap < tap_count())
        return;
    walk.tap = 0;
    walk.k += TILE_DEPTH;
    if (walk.k == padded_range_channels(walk.range)) {
        walk.k = 0;
        ++walk.range;
    }
}

/// Part `i` of `count` of k begins with a channel of all taps.
Walk begin_part(uint i, uint count)
{
    uint first = p.padded_channels / TILE_DEPTH, steps = first + (p.channels2 > 0 ? p.padded_channels2 / TILE_DEPTH : 0);
    uint step = steps * i / count;
    return step < first ? Walk(0, 0, step * TILE_DEPTH) : Walk(0, 1, (step - first) * TILE_DEPTH);
}

uint steps_before(Walk walk)
{
    return ((walk.range > 0 ? p.padded_channels : 0) + walk.k) / TILE_DEPTH * tap_count();
}
