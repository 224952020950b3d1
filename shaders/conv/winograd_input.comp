#version 460
// SPDX-License-Identifier: Apache-2.0
// What Winograd's F(2 x 2, 3 x 3) multiplies with the transformed weight: B^T d B of the 4 x 4 pixels d that a tile of y
// sees (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015, section 4.1). One invocation makes
// the 16 values of 4 channels of a tile.
#include "include/tensor_io.glsl"
#include "conv/winograd.params.h"

layout(constant_id = 0) const uint WORKGROUP = 128;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { WinogradInputParams p; };

/// B^T of four values.
void transform(inout vec4 a, inout vec4 b, inout vec4 c, inout vec4 d)
{
    vec4 second = b;
    a -= c;
    b += c;
    c -= second;
    d = second - d;
}

void main()
{
    uint channels = p.channels + p.channels2, quads = channels / 4;
    uint unit = flat_workgroup() * WORKGROUP + gl_LocalInvocationID.x;
    if (unit >= p.tiles * quads)
        return;
    uint tile = unit / quads, channel = (unit - tile * quads) * 4, n = p.first_tile + tile;
    uint line = n / p.across, image = line / p.down;
    int top = int(2 * (line - image * p.down)) - int(p.odd) - bitfieldExtract(int(p.padding), 0, 16);
    int left = int(2 * (n - line * p.across)) - (int(p.padding) >> 16);
    bool second = channel >= p.channels;
    Address x = second ? p.x2 : p.x;
    uint width = second ? p.channels2 : p.channels, first = second ? channel - p.channels : channel;

    vec4 d[4][4];
    [[unroll]] for (uint i = 0; i < 4; ++i) {
        [[unroll]] for (uint j = 0; j < 4; ++j) {
            uint row = uint(top + int(i)), column = uint(left + int(j));       // negative ones are huge
            d[i][j] = vec4(0);
            if (row < p.height && column < p.width)
                d[i][j] = load4(x, (((image * p.height + row) * p.width + column) * width + first) / 4);
        }
        transform(d[i][0], d[i][1], d[i][2], d[i][3]);
    }
    [[unroll]] for (uint j = 0; j < 4; ++j) {
        transform(d[0][j], d[1][j], d[2][j], d[3][j]);
        [[unroll]] for (uint i = 0; i < 4; ++i)
            store4_f32(p.matrices, ((i * 4 + j) * p.tiles + tile) * quads + channel / 4, d[i][j]);
    }
}
