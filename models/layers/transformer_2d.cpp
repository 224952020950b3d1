// SPDX-License-Identifier: Apache-2.0
#include "models/layers/transformer_2d.h"

#include "compute/ops/ops.h"

namespace igneous {

FeedForward FeedForward::load(WeightScope w, int channels)
{
    return {
        .in = Linear::load(w / "net" / 0 / "proj", channels, 2 * 4 * channels),
        .out = Linear::load(w / "net" / 2, 4 * channels, channels),
    };
}

Tensor FeedForward::operator()(Tensor x) const { return out(geglu(in(x))); }

BasicTransformerBlock BasicTransformerBlock::load(WeightScope w, int channels, TransformerSettings const& s)
{
    return {
        .norm1 = LayerNorm::load(w / "norm1", channels),
        .norm2 = LayerNorm::load(w / "norm2", channels),
        .norm3 = LayerNorm::load(w / "norm3", channels),
        .attn1 =
            Attention::load(w / "attn1", channels, s.only_cross_attention ? s.context_channels : channels, s.heads),
        .attn2 = Attention::load(w / "attn2", channels, s.context_channels, s.heads),
        .ff = FeedForward::load(w / "ff", channels),
        .only_cross_attention = s.only_cross_attention,
    };
}

Tensor BasicTransformerBlock::operator()(Tensor x, Tensor context) const
{
    Tensor h = norm1(x);
    x = attn1(h, only_cross_attention ? context : h) + x;
    x = attn2(norm2(x), context) + x;
    return ff(norm3(x)) + x;
}

Transformer2D Transformer2D::load(WeightScope w, int channels, TransformerSettings const& s)
{
    auto const projection = s.linear_projection ? &Linear::load : &Linear::load_conv1x1;
    Transformer2D t {
        .norm = GroupNorm::load(w / "norm", channels, s.norm_groups, 1e-6f),
        .proj_in = projection(w / "proj_in", channels, channels, Bias::yes),
        .proj_out = projection(w / "proj_out", channels, channels, Bias::yes),
        .blocks = {},
    };
    for (int i = 0; i < s.layers; ++i)
        t.blocks.push_back(BasicTransformerBlock::load(w / "transformer_blocks" / i, channels, s));
    return t;
}

Tensor Transformer2D::operator()(Tensor x, Tensor context) const
{
    Shape const tokens { x.shape[0], x.shape[1] * x.shape[2], x.shape[3] };
    Tensor h = proj_in(reshape(norm(x), tokens));
    for (BasicTransformerBlock const& block : blocks)
        h = block(h, context);
    return reshape(proj_out(h), x.shape) + x;
}

}
