// SPDX-License-Identifier: Apache-2.0
#ifndef IGNEOUS_CONV2D_PARAMS_H
#define IGNEOUS_CONV2D_PARAMS_H

BEGIN_PARAMS
struct Conv2dParams {
    Address x;             // [N, height, width, channels]
    Address x2;            // [N, height, width, channels2]: channels behind those of x
    Address weight;        // packed: [panel][tap][channel of x, then of x2][column] (kernels/matmul/pack_panels.cpp)
    Address bias;          // [columns]
    Address channel_add;   // [N, columns]
    Address residual;      // [rows, columns]
    Address norm;          // [N, 3, channels + channels2] f32: what x goes through first (norm/group_norm_table.comp)
    Address y;             // [rows, columns], rows = N * out_height * out_width
    Address statistics;    // of y, in boxes (norm/box_statistics.glsl)
    uint base_row;         // first row of this dispatch
    uint rows;             // of all dispatches together; with phases those of the first, which has most
    uint columns;
    uint channels, channels2;
    uint padded_channels, padded_channels2;   // in the packed weight
    uint zeros;            // zeros for the widest pixel lie here behind `weight`, in elements of x: what padding reads
    uint extent;           // height | width << 16
    uint out_height, out_width;
    uint kernel;           // kh | kw << 8 | stride << 16 | upsample << 24
    uint padding;          // top | left << 16, both signed: less than 0 leaves out rows or columns
    uint phase_bytes;      // of one phase of the packed weight; 0: there are no phases (conv/pixels.glsl)
};
END_PARAMS

#endif
