// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compute/graph/graph.h"

namespace igneous {

/// Inputs: ids (i32), table.
struct EmbeddingOp : Op {
    std::string_view name() const override { return "embedding"; }
};

/// Input: t [N] f32.
struct TimeEmbeddingOp : Op {
    int channels = 320;
    bool flip_sin_to_cos = true;     // true: cos first
    float freq_shift = 0;
    float max_period = 10000;
    std::string_view name() const override { return "time_embedding"; }
    std::string settings() const override;
};

/// Rows of `table` [V, D] at `ids` [N, L] -> [N, L, D] in the graph's activation type. Ids out of range give zeros.
Tensor embedding(Tensor ids, Tensor table);

/// Sinusoidal embedding of t [N] -> [N, channels], f32 throughout (diffusers' get_timestep_embedding).
Tensor time_embedding(Tensor t, int channels, bool flip_sin_to_cos, float freq_shift);

}
