#version 460
// SPDX-License-Identifier: Apache-2.0
// y [N, H/2, W/2, C]: the mean of each 2x2 block of x [N, H, W, C]; an odd last row or column is not read. One
// invocation makes VECTOR (1 or 4) channels of one pixel.
#include "include/tensor_io.glsl"
#include "resample/resample.params.h"

layout(constant_id = 0) const uint WORKGROUP = 128;
layout(constant_id = 1) const uint VECTOR = 1;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { ResampleParams p; };

vec4 pixel(uint i) { return VECTOR == 4 ? load4(p.x, i) : vec4(load(p.x, i)); }

void main()
{
    uint i = flat_workgroup() * WORKGROUP + gl_LocalInvocationID.x;
    if (i >= p.count)
        return;
    uint rest = i / p.channels;
    uint channel = i - rest * p.channels;
    uint x = rest % p.out_width;
    rest /= p.out_width;
    uint y = rest % p.out_height;
    uint n = rest / p.out_height;
    uint row = p.width * p.channels;
    uint at = (n * p.height + 2 * y) * row + 2 * x * p.channels + channel;
    vec4 v = 0.25 * ((pixel(at) + pixel(at + p.channels)) + (pixel(at + row) + pixel(at + row + p.channels)));
    if (VECTOR == 4)
        store4(p.out_address, i, v);
    else
        store(p.out_address, i, v.x);
}
