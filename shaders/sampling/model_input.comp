#version 460
// SPDX-License-Identifier: Apache-2.0
// y = x * factors[0] (c_in), written `copies` times one after the other: the batch that guidance needs. x is f32. One
// invocation makes one element and its copies.
#include "include/tensor_io.glsl"
#include "sampling/model_input.params.h"

layout(constant_id = 0) const uint WORKGROUP = 128;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { ModelInputParams p; };

void main()
{
    uint i = flat_workgroup() * WORKGROUP + gl_LocalInvocationID.x;
    if (i >= p.count)
        return;
    float v = load_f32(p.x, i) * load_f32(p.factors, 0);
    for (uint k = 0; k < p.copies; ++k)
        store(p.out_address, k * p.count + i, v);
}
