#version 460
// SPDX-License-Identifier: Apache-2.0
// y[n][head][panel][channel][key] = x[n][panel * PACKED_KEYS + key][head][channel], in f32: keys (or values) of one
// channel side by side, so that attention_lanes reads them with one pointer and converts nothing. One element an
// invocation.
#include "include/tensor_io.glsl"
#include "attention/attention.params.h"

layout(push_constant) uniform Push { PackKeysParams p; };

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint WORKGROUP = 64;

void main()
{
    uint i = flat_workgroup() * WORKGROUP + gl_LocalInvocationID.x;
    if (i >= p.elements)
        return;
    uint rest = i / PACKED_KEYS;
    uint channel = rest % p.head_size;
    rest /= p.head_size;
    uint panels = (p.keys + PACKED_KEYS - 1) / PACKED_KEYS;
    uint key = rest % panels * PACKED_KEYS + i % PACKED_KEYS;
    rest /= panels;
    uint head = rest % p.heads;
    uint image = rest / p.heads;
    float v = 0;
    if (key < p.keys)
        v = load(p.x, ((image * p.keys + key) * p.heads + head) * p.head_size + channel);
    store_f32(p.y, i, v);
}
