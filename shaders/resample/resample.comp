#version 460
// SPDX-License-Identifier: Apache-2.0
// x [N, H, W, C] at another height and width. Nearest: source row = floor(y H / Ho), as PyTorch's "nearest". Bilinear:
// half-pixel centres, edges repeated, no antialias. One invocation makes VECTOR (1 or 4) channels of one pixel.
#include "include/tensor_io.glsl"
#include "resample/resample.params.h"

layout(constant_id = 0) const uint WORKGROUP = 128;
layout(constant_id = 1) const uint VECTOR = 1;
layout(constant_id = 2) const uint BILINEAR = 0;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { ResampleParams p; };

vec4 pixel(uint n, uint y, uint x, uint channel)
{
    uint i = ((n * p.height + y) * p.width + x) * p.channels + channel;
    return VECTOR == 4 ? load4(p.x, i) : vec4(load(p.x, i));
}

// Source position of output coordinate `o`: the lower neighbour, the upper one, and the upper one's share.
void source(uint o, uint size, uint out_size, out uint lower, out uint upper, out float share)
{
    float at = max((float(o) + 0.5) * (float(size) / float(out_size)) - 0.5, 0.0);
    lower = min(uint(at), size - 1);
    upper = min(lower + 1, size - 1);
    share = at - float(lower);
}

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
    vec4 v;
    if (BILINEAR != 0) {
        uint y0, y1, x0, x1;
        float fy, fx;
        source(y, p.height, p.out_height, y0, y1, fy);
        source(x, p.width, p.out_width, x0, x1, fx);
        vec4 upper = mix(pixel(n, y0, x0, channel), pixel(n, y0, x1, channel), fx);
        vec4 lower = mix(pixel(n, y1, x0, channel), pixel(n, y1, x1, channel), fx);
        v = mix(upper, lower, fy);
    } else
        v = pixel(n, y * p.height / p.out_height, x * p.width / p.out_width, channel);
    if (VECTOR == 4)
        store4(p.out_address, i, v);
    else
        store(p.out_address, i, v.x);
}
