#version 460
// SPDX-License-Identifier: Apache-2.0
// Products of cooperative matrices in registers and nothing else: f16 operands, f32 sums. One subgroup a workgroup; a
// round
// is CHAINS products of ROWS x DEPTH and DEPTH x COLUMNS. Nothing in a round repeats another or the round before, or
// compilers would leave it out.
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
    const float16_t one = float16_t(2 * p.seed);
    const float lane = float(gl_LocalInvocationID.x + 1) * p.seed;
    coopmat<float, gl_ScopeSubgroup, ROWS, COLUMNS, gl_MatrixUseAccumulator> sums[CHAINS];
    coopmat<float16_t, gl_ScopeSubgroup, DEPTH, COLUMNS, gl_MatrixUseB> b[CHAINS];
    coopmat<float16_t, gl_ScopeSubgroup, ROWS, DEPTH, gl_MatrixUseA> a;
    for (uint i = 0; i < a.length(); ++i)
        a[i] = float16_t(lane * float(i + 1));
    [[unroll]] for (uint c = 0; c < CHAINS; ++c) {
        for (uint i = 0; i < sums[c].length(); ++i)
            sums[c][i] = lane * float(c * 64 + i + 1);
        for (uint i = 0; i < b[c].length(); ++i)
            b[c][i] = float16_t(lane * float(c + i + 3));
    }
    for (uint round = 0; round < p.rounds; ++round) {
        a = a * one;
        [[unroll]] for (uint c = 0; c < CHAINS; ++c)
            sums[c] = coopMatMulAdd(a, b[c], sums[c]);
    }
    float total = 0;           // of every element of every lane: what nobody reads is not computed
    [[unroll]] for (uint c = 0; c < CHAINS; ++c)
        for (uint i = 0; i < sums[c].length(); ++i)
            total += sums[c][i];
    total = subgroupAdd(total);
    if (gl_LocalInvocationID.x == 0)
        store_f32(p.out_address, flat_workgroup(), total);
}
