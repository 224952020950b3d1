#version 460
// SPDX-License-Identifier: Apache-2.0
// Joins the partials of one (image, group) into one: the weighted mean first, then the squares around it. One workgroup
// each; used where there are too many partials for every workgroup of the last pass to join them itself.
#include "include/tensor_io.glsl"
#include "include/reduce.glsl"
#include "norm/group_norm.params.h"

layout(constant_id = 0) const uint WORKGROUP = 64;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { GroupNormCombineParams p; };

void main()
{
    uint base = gl_WorkGroupID.x * p.partial_count;
    float count = 0, weighted = 0;
    for (uint i = gl_LocalInvocationID.x; i < p.partial_count; i += WORKGROUP) {
        float n = load_f32(p.partials, 3 * (base + i));
        count += n;
        weighted += n * load_f32(p.partials, 3 * (base + i) + 1);
    }
    count = workgroup_sum(count);
    float mean = workgroup_sum(weighted) / count;
    float squares = 0;
    for (uint i = gl_LocalInvocationID.x; i < p.partial_count; i += WORKGROUP) {
        float step = load_f32(p.partials, 3 * (base + i) + 1) - mean;
        squares += load_f32(p.partials, 3 * (base + i) + 2) + load_f32(p.partials, 3 * (base + i)) * step * step;
    }
    squares = workgroup_sum(squares);
    if (gl_LocalInvocationID.x == 0) {
        store_f32(p.combined, 3 * gl_WorkGroupID.x, count);
        store_f32(p.combined, 3 * gl_WorkGroupID.x + 1, mean);
        store_f32(p.combined, 3 * gl_WorkGroupID.x + 2, squares);
    }
}
