#version 460
// SPDX-License-Identifier: Apache-2.0
// y = softmax(scale q kᵀ) v per head, online: one pass over the keys in blocks of KEYS with a running maximum and sum, all
// in f32. For CPU drivers: one invocation owns one query, the workgroup is one subgroup, keys and values are uniform
// loads; the result grows in shared memory, [channel][lane].
// Grid: x = tiles of WORKGROUP queries, y = heads, z = N.
#include "include/tensor_io.glsl"
#include "include/address.glsl"
#include "attention/attention.params.h"

layout(push_constant) uniform Push { AttentionParams p; };

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint WORKGROUP = 8;
layout(constant_id = 1) const uint CAPACITY = 64;    // at least head_size
const uint KEYS = 16;
const uint UNROLL = 4;
const float LOWEST = -3.0e38;                        // finite: differences never are NaN

shared float result[CAPACITY * WORKGROUP];

float scores[KEYS];

void add_scores(Address q, Address k[KEYS], const uint count)
{
    [[unroll]] for (uint d = 0; d < count; ++d) {
        float x = load(q, d);
        [[unroll]] for (uint j = 0; j < KEYS; ++j)
            scores[j] = fma(x, load(k[j], d), scores[j]);
    }
}

void add_values(uint at, float decay, Address v[KEYS], const uint count)
{
    [[unroll]] for (uint d = 0; d < count; ++d) {
        float sum = result[at + d * WORKGROUP] * decay;
        [[unroll]] for (uint j = 0; j < KEYS; ++j)
            sum = fma(scores[j], load(v[j], d), sum);
        result[at + d * WORKGROUP] = sum;
    }
}

void main()
{
    uint lane = gl_LocalInvocationID.x;
    uint head = gl_WorkGroupID.y;
    uint image = gl_WorkGroupID.z;
    uint width = p.heads * p.head_size;
    uint tile = p.base_query + gl_WorkGroupID.x * WORKGROUP;
    uint query = min(tile + lane, p.queries - 1);                         // queries past the end work in vain
    Address q0 = advance(p.q, (image * p.queries + query) * width + head * p.head_size);
    uint first_key = p.shared_keys != 0 ? 0 : image * p.keys;

    for (uint d = 0; d < p.head_size; ++d)
        result[d * WORKGROUP + lane] = 0;
    float largest = LOWEST;
    float total = 0;

    uint end = p.causal != 0 ? min(p.keys, tile + WORKGROUP) : p.keys;
    for (uint block = 0; block < end; block += KEYS) {
        Address rows[KEYS];
        [[unroll]] for (uint j = 0; j < KEYS; ++j) {
            rows[j] = advance(p.k, (first_key + min(block + j, p.keys - 1)) * width + head * p.head_size);
            scores[j] = 0;
        }
        Address q = q0;
        uint d = 0;
        for (; d + UNROLL <= p.head_size; d += UNROLL) {
            add_scores(q, rows, UNROLL);
            q = advance(q, UNROLL);
            [[unroll]] for (uint j = 0; j < KEYS; ++j)
                rows[j] = advance(rows[j], UNROLL);
        }
        for (; d < p.head_size; ++d) {
            add_scores(q, rows, 1);
            q = advance(q, 1);
            [[unroll]] for (uint j = 0; j < KEYS; ++j)
                rows[j] = advance(rows[j], 1);
        }

        uint visible = p.causal != 0 ? min(p.keys, query + 1) : p.keys;   // keys [0, visible)
        float now = largest;
        [[unroll]] for (uint j = 0; j < KEYS; ++j) {
            scores[j] *= p.scale;
            if (block + j < visible)
                now = max(now, scores[j]);
        }
        float decay = exp(largest - now);
        total *= decay;
        [[unroll]] for (uint j = 0; j < KEYS; ++j) {
            scores[j] = block + j < visible ? exp(scores[j] - now) : 0.0;
            total += scores[j];
        }
        largest = now;

        [[unroll]] for (uint j = 0; j < KEYS; ++j)
            rows[j] = advance(p.v, (first_key + min(block + j, p.keys - 1)) * width + head * p.head_size);
        for (d = 0; d + UNROLL <= p.head_size; d += UNROLL) {
            add_values(d * WORKGROUP + lane, decay, rows, UNROLL);
            [[unroll]] for (uint j = 0; j < KEYS; ++j)
                rows[j] = advance(rows[j], UNROLL);
        }
        for (; d < p.head_size; ++d) {
            add_values(d * WORKGROUP + lane, decay, rows, 1);
            [[unroll]] for (uint j = 0; j < KEYS; ++j)
                rows[j] = advance(rows[j], 1);
        }
    }

    if (tile + lane < p.queries) {
        float factor = total > 0 ? 1.0 / total : 0.0;                     // nothing visible: zeros
        uint at = (image * p.queries + query) * width + head * p.head_size;
        for (uint d = 0; d < p.head_size; ++d)
            store(p.y, at + d, result[d * WORKGROUP + lane] * factor);
    }
}
