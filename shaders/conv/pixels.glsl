// SPDX-License-Identifier: Apache-2.0
// The left matrix of a convolution: row r is an output pixel, its columns are taps x channels of x, then of x2. A tap
// that lies in the padding reads the zeros behind the packed weight.
//
// With phases x is enlarged by 2 on the way. Of the 3 x 3 pixels that a tap sees then, some are one pixel of x: 2 x 2
// taps remain, which depend on whether the output's row and column are even (the phase, gl_WorkGroupID.z) and are summed
// in the packed weight, a piece for each case. A row is a pixel among those of its phase.

struct Row {
    uint image;
    int y, x;       // of the first tap, in the input (as enlarged, where there are no phases)
};

int pad_top() { return bitfieldExtract(int(p.padding), 0, 16); }
int pad_left() { return int(p.padding) >> 16; }
bool has_phases() { return p.phase_bytes != 0; }
uint phase_y() { return gl_WorkGroupID.z >> 1; }
uint phase_x() { return gl_WorkGroupID.z & 1; }
uint of_phase(uint extent, uint odd) { return has_phases() ? (extent + 1 - odd) >> 1 : extent; }

/// A picture of one row has none that is odd.
uint row_count()
{
    if (!has_phases())
        return p.rows;
    uint images = p.rows / (of_phase(p.out_height, 0) * of_phase(p.out_width, 0));
    return images * of_phase(p.out_height, phase_y()) * of_phase(p.out_width, phase_x());
}

uint last_row() { return max(row_count(), 1) - 1; }
uint rows_high() { return max(of_phase(p.out_height, phase_y()), 1); }
uint rows_wide() { return max(of_phase(p.out_width, phase_x()), 1); }

Address packed_weight()
{
    if (!has_phases())
        return p.weight;
    uint odd_y = uint(int(phase_y()) - pad_top()) & 1, odd_x = uint(int(phase_x()) - pad_left()) & 1;
    return advance_bytes(p.weight, (odd_y * 2 + odd_x) * p.phase_bytes);
}

/// Where a row lies in y.
uint stored_row(uint row)
{
    if (!has_phases())
        return row;
    uint wide = rows_wide(), pixels = rows_high() * wide;
    uint image = row / pixels, pixel = row - image * pixels, y = pixel / wide;
    return (image * p.out_height + 2 * y + phase_y()) * p.out_width + 2 * (pixel - y * wide) + phase_x();
}

Row locate(uint row)
{
    uint pixels = rows_high() * rows_wide();
    uint image = row / pixels;
    uint pixel = row - image * pixels;
    uint y = pixel / rows_wide();
    uint x = pixel - y * rows_wide();
    if (has_phases())
        return Row(image, int(y) + ((int(phase_y()) - pad_top()) >> 1), int(x) + ((int(phase_x()) - pad_left()) >> 1));
    uint stride = (p.kernel >> 16) & 0xff;
    return Row(image, int(y * stride) - pad_top(), int(x * stride) - pad_left());
}

uint image_of(Row row) { return row.image; }
uint tap_count() { return (p.kernel & 0xff) * ((p.kernel >> 8) & 0xff); }
uint range_count() { return p.channels2 > 0 ? 2 : 1; }
uint range_channels(uint range) { return range == 0 ? p.channels : p.channels2; }
uint padded_range_channels(uint range) { return range == 0 ? p.padded_channels : p.padded_channels2; }

/// Tap and channel with which part `i` of `count` of k begins: parts of whole taps.
uvec2 part_begin(uint i, uint count) { return uvec2(tap_count() * i / count, 0); }

Address row_address(Row row, uint tap, uint range)
{
    uint kernel_width = (p.kernel >> 8) & 0xff;
    uint tap_y = tap / kernel_width;
    int y = row.y + int(tap_y);
    int x = row.x + int(tap - tap_y * kernel_width);
    uint shift = (p.kernel >> 24) - 1;
    bool inside = uint(y) < (p.height << shift) && uint(x) < (p.width << shift);     // negative ones are huge
    uint pixel = (row.image * p.height + (uint(y) >> shift)) * p.width + (uint(x) >> shift);
    Address a = inside ? (range == 0 ? p.x : p.x2) : p.weight;
    return advance(a, inside ? pixel * range_channels(range) : p.zeros);
}
