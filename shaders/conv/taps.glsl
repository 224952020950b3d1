// SPDX-License-Identifier: Apache-2.0
// What every left matrix of a convolution has: its columns are taps x channels of x, then of x2. A tap that lies in the
// padding reads the zeros behind the packed weight.
//
// With phases x is enlarged by 2 on the way. Of the 3 x 3 pixels that a tap sees then, some are one pixel of x: 2 x 2
// taps remain, which depend on whether the output's row and column are even (the phase, gl_WorkGroupID.z) and are summed
// in the packed weight, a piece for each case. A row is a pixel among those of its phase.

struct Row {
    uint image;
    int y, x;       // of the first tap, in the input (as enlarged, where there are no phases)
};

uint height() { return p.extent & 0xffff; }
uint width() { return p.extent >> 16; }
int pad_top() { return bitfieldExtract(int(p.padding), 0, 16); }
int pad_left() { return int(p.padding) >> 16; }
bool has_phases() { return p.phase_bytes != 0; }
uint phase_y() { return gl_WorkGroupID.z >> 1; }
uint phase_x() { return gl_WorkGroupID.z & 1; }
uint of_phase(uint extent, uint odd) { return has_phases() ? (extent + 1 - odd) >> 1 : extent; }
uint images() { return p.rows / (of_phase(p.out_height, 0) * of_phase(p.out_width, 0)); }

/// A picture of one row has none that is odd.
uint row_count()
{
    if (!has_phases())
        return p.rows;
    return images() * of_phase(p.out_height, phase_y()) * of_phase(p.out_width, phase_x());
}

uint rows_high() { return max(of_phase(p.out_height, phase_y()), 1); }
uint rows_wide() { return max(of_phase(p.out_width, phase_x()), 1); }

Address packed_weight()
{
    if (!has_phases())
        return p.weight;
    uint odd_y = uint(int(phase_y()) - pad_top()) & 1, odd_x = uint(int(phase_x()) - pad_left()) & 1;
    return advance_bytes(p.weight, (odd_y * 2 + odd_x) * p.phase_bytes);
}

/// The row of pixel (y, x) of an image, or of the phase's image.
Row row_at(uint image, uint y, uint x)
{
    if (has_phases())
        return Row(image, int(y) + ((int(phase_y()) - pad_top()) >> 1), int(x) + ((int(phase_x()) - pad_left()) >> 1));
    uint stride = (p.kernel >> 16) & 0xff;
    return Row(image, int(y * stride) - pad_top(), int(x * stride) - pad_left());
}

/// Where it lies in y.
uint stored_at(uint image, uint y, uint x)
{
    if (has_phases())
        return (image * p.out_height + 2 * y + phase_y()) * p.out_width + 2 * x + phase_x();
    return (image * p.out_height + y) * p.out_width + x;
}

uint tap_count() { return (p.kernel & 0xff) * ((p.kernel >> 8) & 0xff); }
uint range_count() { return p.channels2 > 0 ? 2 : 1; }
uint range_channels(uint range) { return range == 0 ? p.channels : p.channels2; }
uint padded_range_channels(uint range) { return range == 0 ? p.padded_channels : p.padded_channels2; }

/// Whether a tap sees the picture and not its padding.
bool inside(Row row, uint tap_y, uint tap_x)
{
    uint shift = (p.kernel >> 24) - 1;                       // negative ones are huge
    return uint(row.y) + tap_y < (height() << shift) && uint(row.x) + tap_x < (width() << shift);
}

Address row_address(Row row, uint tap, uint range)
{
    uint kernel_width = (p.kernel >> 8) & 0xff;
    uint tap_y = tap / kernel_width, tap_x = tap - tap_y * kernel_width;
    uint shift = (p.kernel >> 24) - 1;
    uint y = (uint(row.y) + tap_y) >> shift, x = (uint(row.x) + tap_x) >> shift;
    uint pixel = (row.image * height() + y) * width() + x;
    bool seen = inside(row, tap_y, tap_x);
    Address a = seen ? (range == 0 ? p.x : p.x2) : p.weight;
    return advance(a, seen ? pixel * range_channels(range) : p.zeros);
}
