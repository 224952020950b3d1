#version 460
// SPDX-License-Identifier: Apache-2.0
// y[n][head][panel][channel][key] = x[n][panel * PACKED_KEYS + key][head][channel], in f32: keys (or values) of one
// channel side by side, so that attention_lanes reads them with one pointer and converts nothing. One key's run of
// channels an invocation.
#include "include/tensor_io.glsl"
#include "include/address.glsl"
#include "include/lanes.glsl"
#include "attention/attention.params.h"

layout(push_constant) uniform Push { PackKeysParams p; };

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint WORKGROUP = 64;

void main()
{
    uint i = flat_workgroup() * WORKGROUP + gl_LocalInvocationID.x;
    if (i >= p.key_runs)
        return;
    uint runs = (p.head_size + RUN - 1) / RUN, panels = (p.keys + PACKED_KEYS - 1) / PACKED_KEYS;
    uint rest = i / PACKED_KEYS;
    uint channel = rest % runs * RUN;
    rest /= runs;
    uint key = rest % panels * PACKED_KEYS + i % PACKED_KEYS;
    uint y = (rest * p.head_size + channel) * PACKED_KEYS + i % PACKED_KEYS;
    rest /= panels;
    uint head = rest % p.heads, image = rest / p.heads;
    Address x = advance(p.x, ((image * p.keys + min(key, p.keys - 1)) * p.heads + head) * p.head_size + channel);
    bool there = key < p.keys;
    uint count = min(RUN, p.head_size - channel);
    if (count == RUN && has_runs(p.head_size)) {
        float run[RUN] = load_run(x);
        [[unroll]] for (uint c = 0; c < RUN; ++c)
            store_f32(p.y, y + c * PACKED_KEYS, there ? run[c] : 0.0);
    } else {
        for (uint c = 0; c < count; ++c)
            store_f32(p.y, y + c * PACKED_KEYS, there ? load(x, c) : 0.0);
    }
}
