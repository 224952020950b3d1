// SPDX-License-Identifier: Apache-2.0
#ifndef IGNEOUS_ATTENTION_PARAMS_H
#define IGNEOUS_ATTENTION_PARAMS_H

BEGIN_PARAMS
struct AttentionParams {
    Address q;             // [N, queries, heads * head_size]
    Address k;             // [N or 1, keys, heads * head_size]
    Address v;             // like k
    Address y;             // like q
    uint base_query;       // first query of this dispatch
    uint queries, keys;
    uint heads, head_size;
    float scale;
    uint causal;           // 1: query i sees keys j <= i
    uint shared_keys;      // 1: one k and v for all N
};
END_PARAMS

#endif
