#version 460
// SPDX-License-Identifier: Apache-2.0
// y = activation(x * multiply + offset); the output's type may differ: this is also the cast. One invocation makes four
// neighbours; the last one makes what is left.
#include "include/tensor_io.glsl"
#include "include/activation.glsl"
#include "elementwise/unary.params.h"

layout(constant_id = 0) const uint WORKGROUP = 128;
layout(constant_id = 1) const uint ACTIVATION = 0;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { UnaryParams p; };

void main()
{
    uint i = flat_workgroup() * WORKGROUP + gl_LocalInvocationID.x;
    if (4 * i + 4 <= p.count) {
        store4(p.out_address, i, activate4(load4(p.x, i) * p.multiply + p.offset, ACTIVATION));
        return;
    }
    for (uint e = 4 * i; e < p.count; ++e)
        store(p.out_address, e, activate(load(p.x, e) * p.multiply + p.offset, ACTIVATION));
}
