#version 460
// SPDX-License-Identifier: Apache-2.0
// Products of cooperative matrices in registers and nothing else: f16 operands, f32 sums. One subgroup a workgroup; a round
// is CHAINS independent products of ROWS x DEPTH and DEPTH x COLUMNS.
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#include "include/tensor_io.glsl"
#include "bench/peak.params.h"

layout(constant_id = 0) const uint WORKGROUP = 32;
layout(constant_id = 1) const uint ROWS = 16;
layout(constant_id = 2) const uint COLUMNS = 16;
layout(constant_id = 3) const uint DEPTH = 16;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { PeakParams p; };

const uint CHAINS = 8;

void main()
{
    // Every element of every chain is another number: equal ones would be computed once.
    const float lane = float(gl_LocalInvocationID.x + 1) * p.seed;
    coopmat<float, gl_ScopeSubgroup, ROWS, COLUMNS, gl_MatrixUseAccumulator> sums[CHAINS];
    [[unroll]] for (uint c = 0; c < CHAINS; ++c)
        for (uint i = 0; i < sums[c].length(); ++i)
            sums[c][i] = lane * float(c * 64 + i + 1);
    coopmat<float16_t, gl_ScopeSubgroup, ROWS, DEPTH, gl_MatrixUseA> a;
    coopmat<float16_t, gl_ScopeSubgroup, DEPTH, COLUMNS, gl_MatrixUseB> b;
    for (uint i = 0; i < a.length(); ++i)
        a[i] = float16_t(lane * float(i + 1));
    for (uint i = 0; i < b.length(); ++i)
        b[i] = float16_t(lane * float(i + 3));
    for (uint round = 0; round < p.rounds; ++round) {
        [[unroll]] for (uint c = 0; c < CHAINS; ++c)
            sums[c] = coopMatMulAdd(a, b, sums[c]);
    }
    float total = 0;                                        // of every element of every lane: what nobody reads is not computed
    [[unroll]] for (uint c = 0; c < CHAINS; ++c)
        for (uint i = 0; i < sums[c].length(); ++i)
            total += sums[c][i];
    total = subgroupAdd(total);
    if (gl_LocalInvocationID.x == 0)
        store_f32(p.out_address, flat_workgroup(), total);
}
