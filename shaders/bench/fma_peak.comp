#version 460
// SPDX-License-Identifier: Apache-2.0
// Multiplications and additions in registers and nothing else: what f32 arithmetic can do on this device at most.
// A round is FMA_DEPTH x FMA_CHAINS vec4 FMAs an invocation, 8 FLOP each. The chains are few enough for the registers of
// CPUs.
#include "include/tensor_io.glsl"
#include "bench/peak.params.h"

layout(constant_id = 0) const uint WORKGROUP = 128;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { PeakParams p; };

void main()
{
    vec4 sums[FMA_CHAINS];
    [[unroll]] for (uint c = 0; c < FMA_CHAINS; ++c)
        sums[c] = vec4(p.seed + c, gl_LocalInvocationID.x, c, 1);
    const vec4 factor = vec4(p.seed), term = vec4(1 - p.seed);
    for (uint round = 0; round < p.rounds; ++round) {
        [[unroll]] for (uint d = 0; d < FMA_DEPTH; ++d)
            [[unroll]] for (uint c = 0; c < FMA_CHAINS; ++c)
                sums[c] = fma(sums[c], factor, term);
    }
    vec4 total = vec4(0);
    [[unroll]] for (uint c = 0; c < FMA_CHAINS; ++c)
        total += sums[c];
    if (gl_LocalInvocationID.x == 0)
        store_f32(p.out_address, flat_workgroup(), dot(total, vec4(1)));
}
