#version 460
// SPDX-License-Identifier: Apache-2.0
// y = activation(A^T m A + bias + channel_add) + residual: the end of Winograd's F(2 x 2, 3 x 3), m the 4 x 4 results of
// the products for a tile. One invocation makes 2 columns of a tile.
#include "include/tensor_io.glsl"
#include "conv/winograd.params.h"

layout(constant_id = 0) const uint WORKGROUP = 128;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { WinogradOutputParams p; };

#define HAS_CHANNEL_ADD
#include "include/epilogue.glsl"

layout(buffer_reference, scalar, buffer_reference_align = 8) buffer F32Pairs { vec2 at[]; };

void main()
{
    uint pairs = p.columns / 2;
    uint unit = flat_workgroup() * WORKGROUP + gl_LocalInvocationID.x;
    if (unit >= p.tiles * pairs)
        return;
    uint tile = unit / pairs, pair = unit - tile * pairs, n = p.first_tile + tile;
    uint line = n / p.across, image = line / p.down;
    int top = int(2 * (line - image * p.down)) - int(p.odd);
    uint left = 2 * (n - line * p.across);

    vec2 upper[4], lower[4];                               // A^T m
    [[unroll]] for (uint j = 0; j < 4; ++j) {
        vec2 m[4];
        [[unroll]] for (uint i = 0; i < 4; ++i)
            m[i] = F32Pairs(p.matrices).at[((i * 4 + j) * p.tiles + tile) * pairs + pair];
        upper[j] = m[0] + m[1] + m[2];
        lower[j] = m[1] - m[2] - m[3];
    }
    vec2 y[2][2];
    y[0][0] = upper[0] + upper[1] + upper[2];
    y[0][1] = upper[1] - upper[2] - upper[3];
    y[1][0] = lower[0] + lower[1] + lower[2];
    y[1][1] = lower[1] - lower[2] - lower[3];
    [[unroll]] for (uint i = 0; i < 2; ++i) {
        [[unroll]] for (uint j = 0; j < 2; ++j) {
            int row = top + int(i);
            uint column = left + j;
            if (row >= 0 && row < int(p.out_height) && column < p.out_width)
                store_pair((image * p.out_height + uint(row)) * p.out_width + column, image, 2 * pair, y[i][j].x, y[i][j].y);
        }
    }
}
