// SPDX-License-Identifier: Apache-2.0
// The left matrix of a convolution: row r is an output pixel, its columns are taps x channels of x, then of x2. A tap
// that lies in the padding reads the zeros behind the packed weight.

struct Row {
    uint image;
    int y, x;       // of the first tap, in the (upsampled) input
};

Row locate(uint row)
{
    uint pixels = p.out_height * p.out_width;
    uint image = row / pixels;
    uint pixel = row - image * pixels;
    uint y = pixel / p.out_width;
    uint x = pixel - y * p.out_width;
    uint stride = (p.kernel >> 16) & 0xff;
    int top = bitfieldExtract(int(p.padding), 0, 16), left = int(p.padding) >> 16;
    return Row(image, int(y * stride) - top, int(x * stride) - left);
}

uint image_of(Row row) { return row.image; }
uint tap_count() { return (p.kernel & 0xff) * ((p.kernel >> 8) & 0xff); }
uint range_count() { return p.channels2 > 0 ? 2 : 1; }
uint range_channels(uint range) { return range == 0 ? p.channels : p.channels2; }
uint padded_range_channels(uint range) { return range == 0 ? p.padded_channels : p.padded_channels2; }

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
