#version 460
// SPDX-License-Identifier: Apache-2.0
// out = base + sum over terms of scale * up * down, where base and out are one weight packed in panels. One invocation
// makes 4 channels of 4 neighbouring columns, summing each term over its rank in f32; the last ones copy the zeros
// behind the panels.
#include "include/tensor_io.glsl"
#include "matmul/add_low_rank.params.h"

#if defined(FACTOR_f16)
#define load_factor load_f16
#else
#define load_factor load_f32
#endif

layout(constant_id = 0) const uint WORKGROUP = 128;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { AddLowRankParams p; };
layout(buffer_reference, scalar, buffer_reference_align = 8) buffer Terms { LowRankFactors at[]; };

/// Row of `up` of a packed column; not below p.outputs where the column is filling.
uint output_of(uint column)
{
    if (p.geglu != 0 && column < p.outputs)
        return (column >> 1) + (column & 1) * (p.outputs >> 1);
    return column;
}

/// Channel of `down` at a packed depth; not below the weight's channels where it is filling.
uint channel_of(uint k)
{
    if (k < p.padded_channels)
        return k < p.channels ? k : p.channels + p.channels2;
    uint channel = k - p.padded_channels;
    return channel < p.channels2 ? p.channels + channel : p.channels + p.channels2;
}

void main()
{
    uint unit = flat_workgroup() * WORKGROUP + gl_LocalInvocationID.x;
    uint depth = p.padded_channels + p.padded_channels2;
    uint inputs = p.channels + p.channels2;
    uint blocks = (depth + 3) / 4, quads = p.columns / 4;
    uint units = p.panels * p.taps * blocks * quads;
    if (unit >= units) {
        uint at = unit - units;
        if (at < p.zeros / 4) {
            at += p.panels * p.taps * depth * quads;
            store4(p.out_address, at, load4(p.base, at));
        }
        return;
    }
    uint quad = unit % quads;
    uint block = unit / quads % blocks;
    uint tap = unit / (quads * blocks) % p.taps;
    uint panel = unit / (quads * blocks * p.taps);

    uint rows[4], channels[4];                // clamped: what is filling is read but not used
    [[unroll]] for (uint i = 0; i < 4; ++i) {
        rows[i] = min(output_of(panel * p.columns + quad * 4 + i), p.outputs - 1);
        channels[i] = min(channel_of(block * 4 + i), inputs - 1);
    }
    vec4 sums[4] = vec4[](vec4(0), vec4(0), vec4(0), vec4(0));
    for (uint t = 0; t < p.term_count; ++t) {
        LowRankFactors term = Terms(p.terms).at[t];
        vec4 part[4] = vec4[](vec4(0), vec4(0), vec4(0), vec4(0));
        for (uint r = 0; r < term.rank; ++r) {
            vec4 up;
            [[unroll]] for (uint i = 0; i < 4; ++i)
                up[i] = load_factor(term.up, rows[i] * term.rank + r);
            [[unroll]] for (uint i = 0; i < 4; ++i)
                part[i] += load_factor(term.down, (r * inputs + channels[i]) * p.taps + tap) * up;
        }
        [[unroll]] for (uint i = 0; i < 4; ++i)
            sums[i] += term.scale * part[i];
    }
    [[unroll]] for (uint i = 0; i < 4; ++i) {
        uint k = block * 4 + i;
        if (k >= depth)
            continue;
        bool filling = channel_of(k) >= inputs;
        vec4 added = vec4(0);
        [[unroll]] for (uint j = 0; j < 4; ++j)
            if (!filling && panel * p.columns + quad * 4 + j < p.outputs)
                added[j] = sums[i][j];
        uint at = ((panel * p.taps + tap) * depth + k) * quads + quad;
        store4(p.out_address, at, load4(p.base, at) + added);
    }
}
