#version 460
// SPDX-License-Identifier: Apache-2.0
// y[r] = (x[r] - mean) / sqrt(var + eps) * scale + shift over the channels of each row, biased variance. One workgroup
// per row; mean first, then the squared differences from it, so that a large offset costs no digits. VECTOR (1 or 4)
// channels at a time; the row is read again from the cache rather than kept.
#include "include/tensor_io.glsl"
#include "include/reduce.glsl"
#include "norm/layer_norm.params.h"

layout(constant_id = 0) const uint WORKGROUP = 64;
layout(constant_id = 1) const uint VECTOR = 1;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { LayerNormParams p; };

float total(vec4 v) { return VECTOR == 4 ? (v.x + v.y) + (v.z + v.w) : v.x; }
vec4 read(uint i) { return VECTOR == 4 ? load4(p.x, i) : vec4(load(p.x, i)); }

void main()
{
    uint row = flat_workgroup();
    if (row >= p.rows)
        return;
    uint lane = gl_LocalInvocationID.x;
    uint width = p.channels / VECTOR;
    uint base = row * width;

    vec4 sum = vec4(0);
    for (uint c = lane; c < width; c += WORKGROUP)
        sum += read(base + c);
    float mean = workgroup_sum(total(sum)) / float(p.channels);

    vec4 squares = vec4(0);
    for (uint c = lane; c < width; c += WORKGROUP) {
        vec4 d = read(base + c) - mean;
        squares += d * d;
    }
    float variance = workgroup_sum(total(squares)) / float(p.channels);
    float factor = 1.0 / sqrt(variance + p.eps);

    for (uint c = lane; c < width; c += WORKGROUP) {
        vec4 d = (read(base + c) - mean) * factor;
        if (VECTOR == 4)
            store4(p.out_address, base + c, d * load4_f32(p.scale, c) + load4_f32(p.shift, c));
        else
            store(p.out_address, base + c, d.x * load_f32(p.scale, c) + load_f32(p.shift, c));
    }
}
