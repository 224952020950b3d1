// SPDX-License-Identifier: Apache-2.0
#ifndef IGNEOUS_ATTENTION_PARAMS_H
#define IGNEOUS_ATTENTION_PARAMS_H

BEGIN_PARAMS
struct AttentionParams {
    Address q;             // [N, queries, heads * head_size]
    Address k;             // [N or 1, keys, heads * head_size]; attention_lanes: packed by attention/pack_keys
    Address v;             // like k
    Address y;             // like q; where keys are split f32 [parts, N, queries, heads * head_size], not yet divided
    Address totals;        // where keys are split f32 [parts, N, heads, queries, 2]: largest score, sum of powers
    uint base_query;       // first query of this dispatch
    uint queries, keys;
    uint heads, head_size;
    float scale;
    uint causal;           // 1: query i sees keys j <= i
    uint shared_keys;      // 1: one k and v for all N
};

const uint PACKED_KEYS = 32;     // of a panel of attention/pack_keys

struct AttentionJoinParams {
    Address parts, totals; // y and totals of AttentionParams
    Address y;             // [N, queries, heads * head_size]
    uint images, queries;
    uint heads, head_size;
};

struct PackKeysParams {
    Address x;             // k or v [N, keys, heads * head_size]
    Address y;             // f32 [N, heads, panels, head_size, PACKED_KEYS], zeros past the last key
    uint keys, heads, head_size;
    uint key_runs;         // RUNs of channels of all keys of y, those past the last too
};
END_PARAMS

#endif
