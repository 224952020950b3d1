// SPDX-License-Identifier: Apache-2.0
// The left matrix of linear: row r is channels [0, channels) of x[r]. One tap, one range.

struct Row { uint index; };

Row locate(uint row) { return Row(row); }
uint row_count() { return p.rows; }
uint last_row() { return p.rows - 1; }
Address packed_weight() { return p.weight; }
uint tap_count() { return 1; }
uint range_count() { return 1; }
uint range_channels(uint range) { return p.channels; }
uint padded_range_channels(uint range) { return p.padded_channels; }

/// Tap and channel with which part `i` of `count` of k begins: parts of whole PART_DEPTHs
/// (compute/kernels/matmul/linear.cpp).
uvec2 part_begin(uint i, uint count)
{
    const uint PART_DEPTH = 64;
    return uvec2(0, (p.channels + PART_DEPTH - 1) / PART_DEPTH * i / count * PART_DEPTH);
}

Address row_address(Row row, uint tap, uint range) { return advance(p.x, row.index * p.channels); }

/// Where a row lies in y, and whether there is such a row.
bool find_stored(uint row, out uint stored, out uint image)
{
    stored = row;
    image = 0;
    return row < p.rows;
}
