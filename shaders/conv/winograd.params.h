// SPDX-License-Identifier: Apache-2.0
// Winograd's F(2 x 2, 3 x 3) in three kernels: pictures to 16 matrices, 16 products, matrices to a picture. A tile is
// 2 x 2 pixels of y, at even rows and columns of the whole picture; with `odd` y begins in a tile's second row.
BEGIN_PARAMS
struct WinogradInputParams {
    Address x;             // [N, height, width, channels]
    Address x2;            // [N, height, width, channels2]: channels behind those of x
    Address matrices;      // [16, tiles, channels + channels2] f32
    uint first_tile, tiles;
    uint channels, channels2;
    uint height, width;
    uint down, across;     // tiles of a picture
    uint odd;
    uint padding;          // top | left << 16, both signed
};
struct WinogradProductParams {
    Address x;             // [16, rows, channels] f32
    Address weight;        // packed: [panel][16][channel][column] f32
    Address bias, residual; // none
    Address y;             // [16, rows, columns] f32
    uint base_row;
    uint rows;             // tiles
    uint columns;
    uint channels;
    uint piece_bytes;      // of one of the 16 in a panel
};
struct WinogradOutputParams {
    Address matrices;      // [16, tiles, columns] f32
    Address bias;          // [columns]
    Address channel_add;   // [N, columns]
    Address residual;      // [N, out_height, out_width, columns]
    Address y;             // the same
    uint first_tile, tiles;
    uint columns;
    uint out_height, out_width;
    uint down, across;
    uint odd;
};
END_PARAMS
