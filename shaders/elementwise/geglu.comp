#version 460
// SPDX-License-Identifier: Apache-2.0
// y[r, c] = x[r, c] * gelu(x[r, C + c]), x [rows, 2C]: value first, gate second, exact GELU. One invocation makes
// VECTOR (1 or 4) neighbours.
#include "include/tensor_io.glsl"
#include "include/activation.glsl"
#include "elementwise/geglu.params.h"

layout(constant_id = 0) const uint WORKGROUP = 128;
layout(constant_id = 1) const uint VECTOR = 1;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { GegluParams p; };

void main()
{
    uint i = flat_workgroup() * WORKGROUP + gl_LocalInvocationID.x;
    if (i >= p.count)
        return;
    uint row = i / p.channels;
    uint value = row * 2 * p.channels + (i - row * p.channels);
    if (VECTOR == 4)
        store4(p.out_address, i, load4(p.x, value) * activate4(load4(p.x, value + p.channels), ACTIVATION_GELU));
    else
        store(p.out_address, i, load(p.x, value) * gelu(load(p.x, value + p.channels)));
}
