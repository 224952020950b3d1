#version 460
// SPDX-License-Identifier: Apache-2.0
// The end of an attention whose keys were split among workgroups (attention/parts.glsl): parts are brought to the
// largest score of all and added up in their order, then divided. One element of y an invocation.
#include "include/tensor_io.glsl"
#include "attention/attention.params.h"

layout(push_constant) uniform Push { AttentionJoinParams p; };

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint WORKGROUP = 128;
layout(constant_id = 1) const uint PARTS = 2;

void main()
{
    uint i = flat_workgroup() * WORKGROUP + gl_LocalInvocationID.x;
    uint width = p.heads * p.head_size, rows = p.images * p.queries;
    if (i >= rows * width)
        return;
    uint row = i / width, head = (i - row * width) / p.head_size;
    uint image = row / p.queries, query = row - image * p.queries;
    uint at = ((image * p.heads + head) * p.queries + query) * 2;
    float largest = load_f32(p.totals, at);
    [[unroll]] for (uint part = 1; part < PARTS; ++part)
        largest = max(largest, load_f32(p.totals, part * rows * p.heads * 2 + at));
    float sum = 0, total = 0;
    [[unroll]] for (uint part = 0; part < PARTS; ++part) {
        uint of_part = part * rows * p.heads * 2 + at;
        float weight = exp(load_f32(p.totals, of_part) - largest);
        total += load_f32(p.totals, of_part + 1) * weight;
        sum += load_f32(p.parts, part * rows * width + i) * weight;
    }
    store(p.y, i, total > 0 ? sum / total : 0.0);
}
