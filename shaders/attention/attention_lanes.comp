#version 460
// SPDX-License-Identifier: Apache-2.0
// y = softmax(scale q kᵀ) v per head, online: one pass over the keys in panels of PACKED_KEYS with a running maximum
// and sum, all in f32. For CPU drivers: one invocation owns one query, the workgroup is one subgroup, keys and values
// are uniform loads from what attention/pack_keys made; the result grows in shared memory, [channel][lane].
// Grid: x = tiles of WORKGROUP queries, y = heads, z = N x PARTS.
#include "include/tensor_io.glsl"
#include "include/address.glsl"
#include "include/lanes.glsl"
#include "attention/attention.params.h"

layout(push_constant) uniform Push { AttentionParams p; };

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint WORKGROUP = 8;
layout(constant_id = 1) const uint CAPACITY = 64;    // at least head_size
layout(constant_id = 2) const uint PARTS = 1;        // of the keys, each for workgroups of its own
#include "attention/parts.glsl"

const uint KEYS = PACKED_KEYS;
const float LOWEST = -3.0e38;                        // finite: differences never are NaN

shared float result[CAPACITY * WORKGROUP];

float scores[KEYS];

/// scores += x * k[...], k the key panel's row of one channel.
void add_scores(float x, Address k)
{
    [[unroll]] for (uint j = 0; j < KEYS / 4; ++j) {
        vec4 key = load4_f32(k, j);
        [[unroll]] for (uint i = 0; i < 4; ++i)
            scores[4 * j + i] = fma(x, key[i], scores[4 * j + i]);
    }
}

/// scores . v[...] + old, v the value panel's row of one channel.
float add_values(float old, Address v)
{
    vec4 sum = vec4(old, 0, 0, 0);
    [[unroll]] for (uint j = 0; j < KEYS / 4; ++j) {
        vec4 value = load4_f32(v, j);
        [[unroll]] for (uint i = 0; i < 4; ++i)
            sum[i] = fma(scores[4 * j + i], value[i], sum[i]);
    }
    return (sum.x + sum.y) + (sum.z + sum.w);
}

void main()
{
    uint lane = gl_LocalInvocationID.x;
    uint head = gl_WorkGroupID.y;
    uint image = image_of_workgroup();
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
    uint block = 0;
    if (PARTS > 1) {
        uvec2 own = blocks_of_part(panels) * KEYS;
        block = own.x;
        end = min(end, own.y);
        k = advance_bytes(k, block * p.head_size * 4);
        v = advance_bytes(v, block * p.head_size * 4);
    }
    // Loops test at their end: lavapipe runs a body once more, masked, where the test comes first.
    do {
        [[unroll]] for (uint j = 0; j < KEYS; ++j)
            scores[j] = 0;
        Address q = q0;
        uint d = 0;
        if (has_runs(p.head_size)) {
            do {
                float run[RUN] = load_run(q);
                [[unroll]] for (uint i = 0; i < RUN; ++i)
                    add_scores(run[i], advance_bytes(k, i * (KEYS * 4)));
                q = advance(q, RUN);
                k = advance_bytes(k, RUN * KEYS * 4);
                d += RUN;
            } while (d + RUN <= p.head_size);
        }
        if (d < p.head_size) {
            do {
                add_scores(load(q, 0), k);
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
        if (p.head_size >= RUN) {
            do {
                float run[RUN];
                [[unroll]] for (uint i = 0; i < RUN; ++i)
                    run[i] = result[(d + i) * WORKGROUP + lane] * decay;
                [[unroll]] for (uint i = 0; i < RUN; ++i)
                    run[i] = add_values(run[i], advance_bytes(v, i * (KEYS * 4)));
                [[unroll]] for (uint i = 0; i < RUN; ++i)
                    result[(d + i) * WORKGROUP + lane] = run[i];
                v = advance_bytes(v, RUN * KEYS * 4);
                d += RUN;
            } while (d + RUN <= p.head_size);
        }
        if (d < p.head_size) {
            do {
                uint at = d * WORKGROUP + lane;
                result[at] = add_values(result[at] * decay, v);
                v = advance_bytes(v, KEYS * 4);
            } while (++d < p.head_size);
        }
        block += KEYS;
    } while (block < end);

    if (PARTS > 1) {
        if (tile + lane < p.queries) {
            uint at = (first_row_of_part() + query) * width + head * p.head_size;
            for (uint d = 0; d < p.head_size; ++d)
                store_f32(p.y, at + d, result[d * WORKGROUP + lane]);
            store_totals(head, query, largest, total);
        }
    } else if (tile + lane < p.queries) {
        float factor = total > 0 ? 1.0 / total : 0.0;                     // nothing visible: zeros
        uint at = (image * p.queries + query) * width + head * p.head_size;
        for (uint d = 0; d < p.head_size; ++d)
            store(p.y, at + d, result[d * WORKGROUP + lane] * factor);
    }
}
