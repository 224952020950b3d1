#version 460
// SPDX-License-Identifier: Apache-2.0
// y = softmax(scale q kᵀ) v per head, online: one pass over the keys in blocks of KEYS with a running maximum and sum;
// products by cooperative matrices with f16 operands and f32 sums, softmax in f32.
// A workgroup owns QUERIES = SUBGROUPS_DOWN * FRAGMENT_ROWS queries of one head. SUBGROUPS_ACROSS subgroups share the
// same queries: they split the keys of q kᵀ and the channels of p v. Keys and values pass through shared memory CHUNK
// channels at a time; scores go through shared memory to the threads that own a row (ROW_THREADS each) and come back as
// p in f16.
// Grid: x = tiles of QUERIES, y = heads, z = N x PARTS.
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#include "include/tensor_io.glsl"
#include "include/address.glsl"
#include "attention/attention.params.h"

layout(push_constant) uniform Push { AttentionParams p; };

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint WORKGROUP = 128;
layout(constant_id = 1) const uint CHUNKS = 1;             // head_size, filled up to CHUNKS * CHUNK
layout(constant_id = 2) const uint CHUNK = 64;
layout(constant_id = 3) const uint KEYS = 32;
layout(constant_id = 4) const uint VECTORS = 1;            // head_size is a multiple of 4
layout(constant_id = 5) const uint FRAGMENT_ROWS = 16;
layout(constant_id = 6) const uint FRAGMENT_COLUMNS = 16;
layout(constant_id = 7) const uint FRAGMENT_DEPTH = 16;
layout(constant_id = 8) const uint SUBGROUPS_DOWN = 4;
layout(constant_id = 9) const uint SUBGROUPS_ACROSS = 1;
layout(constant_id = 10) const uint PARTS = 1;             // of the keys, each for workgroups of its own
#include "attention/parts.glsl"

const uint QUERIES = SUBGROUPS_DOWN * FRAGMENT_ROWS;
const uint ROW_THREADS = WORKGROUP / QUERIES;
const uint Q_STRIDE = CHUNKS * CHUNK + 8;
const uint KV_STRIDE = CHUNK + 8;
const uint P_STRIDE = KEYS + 8;
const uint OUT_WIDTH = SUBGROUPS_ACROSS * FRAGMENT_COLUMNS;
const uint S_STRIDE = (KEYS > OUT_WIDTH ? KEYS : OUT_WIDTH) + 4;
const uint SCORE_FRAGMENTS = KEYS / SUBGROUPS_ACROSS / FRAGMENT_COLUMNS;     // of one subgroup
const uint VALUE_FRAGMENTS = CHUNK / SUBGROUPS_ACROSS / FRAGMENT_COLUMNS;    // of one subgroup, per chunk
const float LOG2_E = 1.4426950408889634;
const float LOWEST = -3.0e38;                              // finite: differences never are NaN

shared float16_t q_tile[QUERIES * Q_STRIDE];
shared float16_t kv_tile[KEYS * KV_STRIDE];
shared float s_tile[QUERIES * S_STRIDE];
shared float16_t p_tile[QUERIES * P_STRIDE];
shared float decay_tile[QUERIES * FRAGMENT_COLUMNS];       // a row's factor in every column
shared float totals[WORKGROUP];

#define Sums coopmat<float, gl_ScopeSubgroup, FRAGMENT_ROWS, FRAGMENT_COLUMNS, gl_MatrixUseAccumulator>
#define Left coopmat<float16_t, gl_ScopeSubgroup, FRAGMENT_ROWS, FRAGMENT_DEPTH, gl_MatrixUseA>
#define Right coopmat<float16_t, gl_ScopeSubgroup, FRAGMENT_DEPTH, FRAGMENT_COLUMNS, gl_MatrixUseB>

/// Four channels from `channel` on of row `row` of the tensor at `a` (whose head starts there), zeros past the head.
vec4 load_head(Address a, uint row, uint channel)
{
    uint at = row * p.heads * p.head_size + channel;
    if (VECTORS != 0)
        return channel < p.head_size ? load4(a, at / 4) : vec4(0);
    vec4 v = vec4(0);
    [[unroll]] for (uint i = 0; i < 4; ++i) {
        if (channel + i < p.head_size)
            v[i] = load(a, at + i);
    }
    return v;
}

/// Keys or values [block, block + KEYS), channels [chunk * CHUNK, + CHUNK) -> kv_tile; zeros past the last key.
void stage(Address a, uint block, uint chunk)
{
    for (uint unit = gl_LocalInvocationID.x; unit < KEYS * CHUNK / 4; unit += WORKGROUP) {
        uint key = unit / (CHUNK / 4);
        uint channel = unit % (CHUNK / 4) * 4;
        vec4 v = block + key < p.keys ? load_head(a, block + key, chunk * CHUNK + channel) : vec4(0);
        [[unroll]] for (uint i = 0; i < 4; ++i)
            kv_tile[key * KV_STRIDE + channel + i] = float16_t(v[i]);
    }
}

void main()
{
    uint head = gl_WorkGroupID.y;
    uint image = image_of_workgroup();
    uint width = p.heads * p.head_size;
    uint first_query = p.base_query + gl_WorkGroupID.x * QUERIES;
    uint key_image = p.shared_keys != 0 ? 0 : image;
    Address q_base = advance(p.q, image * p.queries * width + head * p.head_size);
    Address k_base = advance(p.k, key_image * p.keys * width + head * p.head_size);
    Address v_base = advance(p.v, key_image * p.keys * width + head * p.head_size);

    uint down = gl_SubgroupID / SUBGROUPS_ACROSS * FRAGMENT_ROWS;        // first row of this subgroup
    uint across = gl_SubgroupID % SUBGROUPS_ACROSS;
    uint row = gl_LocalInvocationID.x / ROW_THREADS;                     // of this thread, in the softmax
    uint part = gl_LocalInvocationID.x % ROW_THREADS;

    for (uint unit = gl_LocalInvocationID.x; unit < QUERIES * CHUNKS * CHUNK / 4; unit += WORKGROUP) {
        uint i = unit / (CHUNKS * CHUNK / 4);
        uint channel = unit % (CHUNKS * CHUNK / 4) * 4;
        vec4 v = load_head(q_base, min(first_query + i, p.queries - 1), channel);
        [[unroll]] for (uint e = 0; e < 4; ++e)
            q_tile[i * Q_STRIDE + channel + e] = float16_t(v[e]);
    }

    Sums result[CHUNKS * VALUE_FRAGMENTS];
    [[unroll]] for (uint i = 0; i < CHUNKS * VALUE_FRAGMENTS; ++i)
        result[i] = Sums(0.0);
    float scale = p.scale * LOG2_E;                                      // powers of 2 are what devices compute
    float largest = LOWEST;
    float total = 0;                                                     // of this thread's part of the keys

    uint visible = p.keys;                                               // keys [0, visible) for this thread's row
    uint end = p.keys;
    if (p.causal != 0) {
        visible = min(p.keys, first_query + row + 1);
        end = min(p.keys, first_query + QUERIES);
    }
    uint begin = 0;
    if (PARTS > 1) {
        uvec2 own = blocks_of_part((p.keys + KEYS - 1) / KEYS) * KEYS;
        begin = own.x;
        end = min(end, own.y);
    }
    for (uint block = begin; block < end; block += KEYS) {
        Sums scores[SCORE_FRAGMENTS];
        [[unroll]] for (uint j = 0; j < SCORE_FRAGMENTS; ++j)
            scores[j] = Sums(0.0);
        for (uint chunk = 0; chunk < CHUNKS; ++chunk) {
            barrier();
            stage(k_base, block, chunk);
            barrier();
            for (uint k = 0; k < CHUNK; k += FRAGMENT_DEPTH) {
                Left a;
                uint at = down * Q_STRIDE + chunk * CHUNK + k;
                coopMatLoad(a, q_tile, at, Q_STRIDE, gl_CooperativeMatrixLayoutRowMajor);
                [[unroll]] for (uint j = 0; j < SCORE_FRAGMENTS; ++j) {
                    uint key = (across * SCORE_FRAGMENTS + j) * FRAGMENT_COLUMNS;
                    Right b;
                    coopMatLoad(b, kv_tile, key * KV_STRIDE + k, KV_STRIDE, gl_CooperativeMatrixLayoutColumnMajor);
                    scores[j] = coopMatMulAdd(a, b, scores[j]);
                }
            }
        }
        [[unroll]] for (uint j = 0; j < SCORE_FRAGMENTS; ++j) {
            uint key = (across * SCORE_FRAGMENTS + j) * FRAGMENT_COLUMNS;
            coopMatStore(scores[j], s_tile, down * S_STRIDE + key, S_STRIDE, gl_CooperativeMatrixLayoutRowMajor);
        }
        barrier();

        float now = largest;
        for (uint j = 0; j < KEYS; ++j) {
            if (block + j < visible)
                now = max(now, s_tile[row * S_STRIDE + j] * scale);
        }
        float decay = exp2(largest - now);
        largest = now;
        total *= decay;
        for (uint j = part; j < KEYS; j += ROW_THREADS) {
            float e = block + j < visible ? exp2(s_tile[row * S_STRIDE + j] * scale - now) : 0.0;
            total += e;
            p_tile[row * P_STRIDE + j] = float16_t(e);
        }
        for (uint j = part; j < FRAGMENT_COLUMNS; j += ROW_THREADS)
            decay_tile[row * FRAGMENT_COLUMNS + j] = decay;
        barrier();

        Sums factor;
        coopMatLoad(factor, decay_tile, down * FRAGMENT_COLUMNS, FRAGMENT_COLUMNS, gl_CooperativeMatrixLayoutRowMajor);
        [[unroll]] for (uint i = 0; i < CHUNKS * VALUE_FRAGMENTS; ++i)
            result[i] = result[i] * factor;
        [[unroll]] for (uint chunk = 0; chunk < CHUNKS; ++chunk) {
            if (chunk > 0)
                barrier();
            stage(v_base, block, chunk);
            barrier();
            for (uint k = 0; k < KEYS; k += FRAGMENT_DEPTH) {
                Left a;
                coopMatLoad(a, p_tile, down * P_STRIDE + k, P_STRIDE, gl_CooperativeMatrixLayoutRowMajor);
                [[unroll]] for (uint j = 0; j < VALUE_FRAGMENTS; ++j) {
                    uint channel = (across * VALUE_FRAGMENTS + j) * FRAGMENT_COLUMNS;
                    Right b;
                    coopMatLoad(b, kv_tile, k * KV_STRIDE + channel, KV_STRIDE, gl_CooperativeMatrixLayoutRowMajor);
                    result[chunk * VALUE_FRAGMENTS + j] = coopMatMulAdd(a, b, result[chunk * VALUE_FRAGMENTS + j]);
                }
            }
        }
    }

    totals[gl_LocalInvocationID.x] = total;
    barrier();
    total = 0;
    for (uint i = 0; i < ROW_THREADS; ++i)
        total += totals[row * ROW_THREADS + i];
    float factor = total > 0 ? 1.0 / total : 0.0;                        // nothing visible: zeros
    uint out_row = (image * p.queries + first_query + row) * width + head * p.head_size;
    if (PARTS > 1) {
        out_row = (first_row_of_part() + first_query + row) * width + head * p.head_size;
        if (part == 0 && first_query + row < p.queries)
            store_totals(head, first_query + row, largest / LOG2_E, total);
    }
    [[unroll]] for (uint chunk = 0; chunk < CHUNKS; ++chunk) {
        [[unroll]] for (uint j = 0; j < VALUE_FRAGMENTS; ++j) {
            coopMatStore(result[chunk * VALUE_FRAGMENTS + j], s_tile, down * S_STRIDE + across * FRAGMENT_COLUMNS,
                S_STRIDE, gl_CooperativeMatrixLayoutRowMajor);
            barrier();
            for (uint i = part; i < OUT_WIDTH; i += ROW_THREADS) {
                uint fragment = i / FRAGMENT_COLUMNS * VALUE_FRAGMENTS + j;
                uint channel = chunk * CHUNK + fragment * FRAGMENT_COLUMNS + i % FRAGMENT_COLUMNS;
                if (first_query + row < p.queries && channel < p.head_size) {
                    if (PARTS > 1)
                        store_f32(p.y, out_row + channel, s_tile[row * S_STRIDE + i]);
                    else
                        store(p.y, out_row + channel, s_tile[row * S_STRIDE + i] * factor);
                }
            }
            barrier();
        }
    }
}
