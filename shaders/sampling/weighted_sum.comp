#version 460
// SPDX-License-Identifier: Apache-2.0
// y = sum of coefficients[k] * terms[k], up to six terms, all f32, added in order: every update of every sampler. The
// output may be one of the terms. One invocation makes one element.
#include "include/tensor_io.glsl"
#include "sampling/weighted_sum.params.h"

layout(constant_id = 0) const uint WORKGROUP = 128;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { WeightedSumParams p; };

void main()
{
    uint i = flat_workgroup() * WORKGROUP + gl_LocalInvocationID.x;
    if (i >= p.count)
        return;
    precise float sum = 0.0;
    [[unroll]] for (uint k = 0; k < 6; ++k) {
        if (k < p.term_count)
            sum = sum + p.coefficients[k] * load_f32(p.terms[k], i);
    }
    store_f32(p.out_address, i, sum);
}
