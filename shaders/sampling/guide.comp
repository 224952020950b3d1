#version 460
// SPDX-License-Identifier: Apache-2.0
// denoised = c_skip x + c_out (uncond + cfg (cond - uncond)), factors = [c_in, c_skip, c_out, cfg]; x, factors and the
// result are f32, the prediction has the type STORAGE. One invocation makes one element.
#include "include/tensor_io.glsl"
#include "sampling/guide.params.h"

layout(constant_id = 0) const uint WORKGROUP = 128;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { GuideParams p; };

void main()
{
    uint i = flat_workgroup() * WORKGROUP + gl_LocalInvocationID.x;
    if (i >= p.count)
        return;
    float guided = load(p.prediction, i);
    if (p.copies == 2) {
        float conditional = load(p.prediction, p.count + i);
        guided += load_f32(p.factors, 3) * (conditional - guided);
    }
    store_f32(p.out_address, i, load_f32(p.factors, 1) * load_f32(p.x, i) + load_f32(p.factors, 2) * guided);
}
