#version 460
// SPDX-License-Identifier: Apache-2.0
// y[r, out_begin + c] = x[r, x_begin + c] for c < channels: slices of channels, and a concatenation in two dispatches.
// One invocation copies VECTOR (1 or 4) neighbours.
#include "include/tensor_io.glsl"
#include "elementwise/copy_channels.params.h"

layout(constant_id = 0) const uint WORKGROUP = 128;
layout(constant_id = 1) const uint VECTOR = 1;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { CopyChannelsParams p; };

void main()
{
    uint i = flat_workgroup() * WORKGROUP + gl_LocalInvocationID.x;
    if (i >= p.count)
        return;
    uint row = i / p.channels;
    uint channel = i - row * p.channels;
    uint from = row * p.x_stride + p.x_begin + channel;
    uint to = row * p.out_stride + p.out_begin + channel;
    if (VECTOR == 4)
        store4(p.out_address, to, load4(p.x, from));
    else
        store(p.out_address, to, load(p.x, from));
}
