#version 460
// SPDX-License-Identifier: Apache-2.0
// y = b + mask (a - b), exactly a where the mask is 1 and exactly b where it is 0; a and b [N, H, W, C], mask [N, H, W,
// 1], all f32. The output may be a or b. One invocation makes one element.
#include "include/tensor_io.glsl"
#include "sampling/masked_blend.params.h"

layout(constant_id = 0) const uint WORKGROUP = 128;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { MaskedBlendParams p; };

void main()
{
    uint i = flat_workgroup() * WORKGROUP + gl_LocalInvocationID.x;
    if (i >= p.count)
        return;
    float m = load_f32(p.mask, i / p.channels);
    float a = load_f32(p.a, i), b = load_f32(p.b, i);
    store_f32(p.out_address, i, m >= 1.0 ? a : m <= 0.0 ? b : b + m * (a - b));
}
