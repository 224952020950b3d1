#version 460
// SPDX-License-Identifier: Apache-2.0
// y = softmax(scale q kᵀ) v per head, online: one pass over the keys in blocks of KEYS with a running maximum and sum
// (FlashAttention-2, arXiv:2307.08691), by cooperative matrices of a workgroup (NV_cooperative_matrix2): f16 operands,
// f32 sums, softmax in f32. A workgroup owns QUERIES queries of one head; row statistics lie in every column of a
// matrix, so that they meet the scores element by element.
// Grid: x = tiles of QUERIES, y = heads, z = N x PARTS. head_size is a multiple of 8.
#extension GL_KHR_cooperative_matrix : require
#extension GL_NV_cooperative_matrix2 : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#include "include/tensor_io.glsl"
#include "include/address.glsl"
#include "attention/attention.params.h"

layout(push_constant) uniform Push { AttentionParams p; };

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint WORKGROUP = 128;
layout(constant_id = 1) const uint QUERIES = 64;
layout(constant_id = 2) const uint KEYS = 64;
layout(constant_id = 3) const uint HEAD = 64;              // head_size, filled up to what the device takes
layout(constant_id = 4) const uint PARTS = 1;              // of the keys, each for workgroups of its own
#include "attention/parts.glsl"

#define Scores coopmat<float, gl_ScopeWorkgroup, QUERIES, KEYS, gl_MatrixUseAccumulator>
#define Result coopmat<float, gl_ScopeWorkgroup, QUERIES, HEAD, gl_MatrixUseAccumulator>
#define Rows tensorLayoutNV<2, gl_CooperativeMatrixClampModeConstantNV>
layout(buffer_reference, scalar, buffer_reference_align = 16) buffer F16Tensor { float16_t at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 16) buffer F32Tensor { float at[]; };

const float LOWEST = -3.0e38;                              // finite: differences never are NaN
const float LOG2_E = 1.4426950408889634;

float larger(const in float a, const in float b) { return max(a, b); }
float sum(const in float a, const in float b) { return a + b; }
float maximum_of(const in uint i, const in uint j, const in float a, const in float b) { return max(a, b); }
float power(const in uint i, const in uint j, const in float score, const in float largest) { return exp2(score - largest); }
float divided(const in uint i, const in uint j, const in float v, const in float total)
{
    return total > 0 ? v / total : 0.0;                    // nothing visible: zeros
}

/// In powers of two, LOWEST where the query does not see the key.
float scaled(const in uint i, const in uint j, const in float score, const in uint block, const in uint first_query)
{
    bool visible = block + j < p.keys && (p.causal == 0 || block + j <= first_query + i);
    return visible ? score * (p.scale * LOG2_E) : LOWEST;
}
float seen(const in uint i, const in uint j, const in float power, const in float score)
{
    return score > LOWEST ? power : 0.0;
}

/// Leaves a row's statistics, which lie in each of its columns, to attention/attention_join.
float leave_totals(const in uint i, const in uint j, const in float total, const in float largest, const in uint head,
    const in uint first_query)
{
    if (j == 0 && first_query + i < p.queries)
        store_totals(head, first_query + i, largest / LOG2_E, total);
    return total;
}

Rows rows_of_head(uint rows)
{
    Rows all = createTensorLayoutNV(2, gl_CooperativeMatrixClampModeConstantNV);
    all = setTensorLayoutDimensionNV(all, rows, p.head_size);
    return setTensorLayoutStrideNV(all, p.heads * p.head_size, 1);
}

void main()
{
    uint head = gl_WorkGroupID.y, image = image_of_workgroup();
    uint width = p.heads * p.head_size;
    uint first_query = p.base_query + gl_WorkGroupID.x * QUERIES;
    uint of_queries = image * p.queries * width + head * p.head_size;
    uint of_keys = (p.shared_keys != 0 ? 0 : image) * p.keys * width + head * p.head_size;
    Rows queries = sliceTensorLayoutNV(rows_of_head(p.queries), first_query, QUERIES, 0, HEAD);
    Rows keys = rows_of_head(p.keys);

    coopmat<float16_t, gl_ScopeWorkgroup, QUERIES, HEAD, gl_MatrixUseA> q;
    coopMatLoadTensorNV(q, F16Tensor(p.q).at, of_queries, queries);
    Scores largest = Scores(LOWEST), total = Scores(0.0);
    Result result = Result(0.0);

    uint begin = 0, end = p.causal != 0 ? min(p.keys, first_query + QUERIES) : p.keys;
    if (PARTS > 1) {
        uvec2 own = blocks_of_part((p.keys + KEYS - 1) / KEYS) * KEYS;
        begin = own.x;
        end = min(end, own.y);
    }
    for (uint block = begin; block < end; block += KEYS) {
        Rows part = sliceTensorLayoutNV(keys, block, KEYS, 0, HEAD);
        coopmat<float16_t, gl_ScopeWorkgroup, HEAD, KEYS, gl_MatrixUseB> k;
        coopMatLoadTensorNV(k, F16Tensor(p.k).at, of_keys, part, createTensorViewNV(2, false, 1, 0));
        Scores scores = coopMatMulAdd(q, k, Scores(0.0));
        coopMatPerElementNV(scores, scores, scaled, block, first_query);

        Scores now, decay, powers, of_block;
        coopMatReduceNV(now, scores, gl_CooperativeMatrixReduceRowNV, larger);
        coopMatPerElementNV(now, now, maximum_of, largest);
        coopMatPerElementNV(decay, largest, power, now);
        coopMatPerElementNV(powers, scores, power, now);
        coopMatPerElementNV(powers, powers, seen, scores);
        coopMatReduceNV(of_block, powers, gl_CooperativeMatrixReduceRowNV, sum);
        total = total * decay + of_block;
        largest = now;

        Result factor;
        coopMatReduceNV(factor, decay, gl_CooperativeMatrixReduceRowNV, larger);
        coopmat<float16_t, gl_ScopeWorkgroup, QUERIES, KEYS, gl_MatrixUseA> weights =
            coopmat<float16_t, gl_ScopeWorkgroup, QUERIES, KEYS, gl_MatrixUseA>(powers);
        coopmat<float16_t, gl_ScopeWorkgroup, KEYS, HEAD, gl_MatrixUseB> v;
        coopMatLoadTensorNV(v, F16Tensor(p.v).at, of_keys, part);
        result = coopMatMulAdd(weights, v, result * factor);
    }

    if (PARTS > 1) {
        coopMatPerElementNV(total, total, leave_totals, largest, head, first_query);
        uint of_part = first_row_of_part() * width + head * p.head_size;
        coopMatStoreTensorNV(result, F32Tensor(p.y).at, of_part, queries);
    } else {
        Result totals;
        coopMatReduceNV(totals, total, gl_CooperativeMatrixReduceRowNV, larger);
        coopMatPerElementNV(result, result, divided, totals);
        coopMatStoreTensorNV(coopmat<float16_t, gl_ScopeWorkgroup, QUERIES, HEAD, gl_MatrixUseAccumulator>(result),
            F16Tensor(p.y).at, of_queries, queries);
    }
}
