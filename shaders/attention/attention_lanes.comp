#version 460
// SPDX-License-Identifier: Apache-2.0
// y = softmax(scale q kᵀ) v per head, online: one pass over the keys in panels of PACKED_KEYS with a running maximum
// and sum, all in f32. For CPU drivers: one invocation owns one query, the workgroup is one subgroup, keys and values
// are uniform loads from what attention/pack_keys made; the result grows in shared memory, [channel][lane].
// Grid: x = tiles of WORKGROUP queries, y = heads, z = N.
#include "include/tensor_io.glsl"
#include "include/address.glsl"
#include "attention/attention.params.h"

layout(push_constant) uniform Push { AttentionParams p; };

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint WORKGROUP = 8;
layout(constant_id = 1) const uint CAPACITY = 64;    // at least head_size
const uint KEYS = PACKED_KEYS;
const uint UNROLL = 8;
const float LOWEST = -3.0e38;                        // finite: differences never are NaN

shared float result[CAPACITY * WORKGROUP];

float scores[KEYS];

/// scores += q[d] * k[d][...] for `count` channels.
void add_scores(Address q, Address k, const uint count)
{
    [[unroll]] for (uint d = 0; d < count; ++d) {
        float x = load(q, d);
        [[unroll]] for (uint j = 0; j < KEYS / 4; ++j) {
            vec4 key = load4_f32(k, d * (KEYS / 4) + j);
            [[unroll]] for (uint i = 0; i < 4; ++i)
                scores[4 * j + i] = fma(x, key[i], scores[4 * j + i]);
        }
    }
}

/// result[d] = result[d] * decay + scores . v[d][...] for `count` channels.
void add_values(uint at, float decay, Address v, const uint count)
{
    [[unroll]] for (uint d = 0; d < count; ++d) {
        vec4 sum = vec4(result[at + d * WORKGROUP] * decay, 0, 0, 0);
        [[unroll]] for (uint j = 0; j < KEYS / 4; ++j) {
            vec4 value = load4_f32(v, d * (KEYS / 4) + j);
            [[unroll]] for (uint i = 0; i < 4; ++i)
                sum[i] = fma(scores[4 * j + i], value[i], sum[i]);
        }
        result[at + d * WORKGROUP] = (sum.x + sum.y) + (sum.z + sum.w);
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
    uint panels = (p.keys + KEYS - 1) / KEYS;
    uint first_panel = ((p.shared_keys != 0 ? 0 : image) * p.heads + head) * panels;
    Address k = advance_bytes(p.k, first_panel * p.head_size * KEYS * 4);
    Address v = advance_bytes(p.v, first_panel * p.head_size * KEYS * 4);

    for (uint d = 0; d < p.head_size; ++d)
        result[d * WORKGROUP + lane] = 0;
    float largest = LOWEST;
    float total = 0;

    uint visible = p.causal != 0 ? min(p.keys, query + 1) : p.keys;       // keys [0, visible) for this query
    uint end = p.causal != 0 ? min(p.keys, tile + WORKGROUP) : p.keys;
    // Loops test at their end: lavapipe runs a body once more, masked, where the test comes first.
    uint block = 0;
    do {
        [[unroll]] for (uint j = 0; j < KEYS; ++j)
            scores[j] = 0;
        Address q = q0;
        uint d = 0;
        if (p.head_size >= UNROLL) {
            do {
                add_scores(q, k, UNROLL);
                q = advance(q, UNROLL);
                k = advance_bytes(k, UNROLL * KEYS * 4);
                d += UNROLL;
            } while (d + UNROLL <= p.head_size);
        }
        if (d < p.head_size) {
            do {
                add_scores(q, k, 1);
                q = advance(q, 1);
                k = advance_bytes(k, KEYS * 4);
            } while (++d < p.head_size);
        }

        float now = largest;
        [[unroll]] for (uint j = 0; j < KEYS; ++j) {
            scores[j] = block + j < visible ? scores[j] * p.scale : LOWEST;
            now = max(now, scores[j]);
        }
        float decay = exp(largest - now);
        total *= decay;
        [[unroll]] for (uint j = 0; j < KEYS; ++j) {
            scores[j] = block + j < visible ? exp(scores[j] - now) : 0.0;
            total += scores[j];
        }
        largest = now;

        d = 0;
        if (p.head_size >= UNROLL) {
            do {
                add_values(d * WORKGROUP + lane, decay, v, UNROLL);
                v = advance_bytes(v, UNROLL * KEYS * 4);
                d += UNROLL;
            } while (d + UNROLL <= p.head_size);
        }
        if (d < p.head_size) {
            do {
                add_values(d * WORKGROUP + lane, decay, v, 1);
                v = advance_bytes(v, KEYS * 4);
            } while (++d < p.head_size);
        }
        block += KEYS;
    } while (block < end);

    if (tile + lane < p.queries) {
        float factor = total > 0 ? 1.0 / total : 0.0;                     // nothing visible: zeros
        uint at = (image * p.queries + query) * width + head * p.head_size;
        for (uint d = 0; d < p.head_size; ++d)
            store(p.y, at + d, result[d * WORKGROUP + lane] * factor);
    }
}
