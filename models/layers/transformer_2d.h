// SPDX-License-Identifier: Apache-2.0
#pragma once

// The transformer inside a UNet level: pictures as tokens, self-attention, attention to the text, feed-forward.

#include "models/layers/attention.h"
#include "models/layers/norm.h"

namespace igneous {

/// Linear -> GEGLU (value first, gate second, exact GELU) -> Linear, four times as wide inside.
struct FeedForward {
    Linear in, out;

    static FeedForward load(WeightScope w, int channels);
    Tensor operator()(Tensor x) const;
};

/// What every transformer of a UNet has in common.
struct TransformerSettings {
    int heads = 8;
    int context_channels = 768;
    int layers = 1;
    int norm_groups = 32;
    bool linear_projection = false;       // proj_in, proj_out: linear weights instead of 1x1 convolutions
    bool only_cross_attention = false;    // the first attention looks at the text too
};

struct BasicTransformerBlock {
    LayerNorm norm1, norm2, norm3;
    Attention attn1, attn2;
    FeedForward ff;
    bool only_cross_attention;

    static BasicTransformerBlock load(WeightScope w, int channels, TransformerSettings const& settings);
    /// x [N, L, channels], context [N, M, context_channels].
    Tensor operator()(Tensor x, Tensor context) const;
};

struct Transformer2D {
    GroupNorm norm;
    Linear proj_in, proj_out;
    std::vector<BasicTransformerBlock> blocks;

    static Transformer2D load(WeightScope w, int channels, TransformerSettings const& settings);
    /// x [N, H, W, channels], context [N, M, context_channels] -> [N, H, W, channels].
    Tensor operator()(Tensor x, Tensor context) const;
};

}
