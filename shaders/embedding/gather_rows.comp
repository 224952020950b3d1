#version 460
// SPDX-License-Identifier: Apache-2.0
// y[n] = table[n * batch_rows + index[n]]: an embedding (batch_rows 0), or one row of each image's tokens (batch_rows
// L). One invocation copies VECTOR (1 or 4) neighbours.
#include "include/tensor_io.glsl"
#include "embedding/gather_rows.params.h"

layout(constant_id = 0) const uint WORKGROUP = 128;
layout(constant_id = 1) const uint VECTOR = 1;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { GatherRowsParams p; };

void main()
{
    uint i = flat_workgroup() * WORKGROUP + gl_LocalInvocationID.x;
    if (i >= p.count)
        return;
    uint n = i / p.channels;
    uint channel = i - n * p.channels;
    uint index = uint(load_i32(p.index, n));       // below zero: very large
    bool inside = index < p.rows;
    uint from = (n * p.batch_rows + (inside ? index : 0)) * p.channels + channel;
    if (VECTOR == 4)
        store4(p.out_address, i, inside ? load4(p.table, from) : vec4(0));
    else
        store(p.out_address, i, inside ? load(p.table, from) : 0.0);
}
