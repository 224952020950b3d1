// SPDX-License-Identifier: Apache-2.0
// The left matrix of any convolution: row r is output pixel r, picture by picture, which reads each tap on its own.

#include "conv/taps.glsl"

/// Tap and channel with which part `i` of `count` of k begins: parts of whole taps.
uvec2 part_begin(uint i, uint count) { return uvec2(tap_count() * i / count, 0); }

uint last_row() { return max(row_count(), 1) - 1; }

Row locate(uint row)
{
    uint wide = rows_wide(), pixels = rows_high() * wide;
    uint image = row / pixels, pixel = row - image * pixels, y = pixel / wide;
    return row_at(image, y, pixel - y * wide);
}

/// Where a row lies in y, and whether there is such a row.
bool find_stored(uint row, out uint stored, out uint image)
{
    uint wide = rows_wide(), pixels = rows_high() * wide;
    image = row / pixels;
    uint pixel = row - image * pixels, y = pixel / wide;
    stored = has_phases() ? stored_at(image, y, pixel - y * wide) : row;
    return row < row_count();
}
