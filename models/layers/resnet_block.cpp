// SPDX-License-Identifier: Apache-2.0
#include "models/layers/resnet_block.h"

#include "compute/ops/ops.h"

namespace igneous {

ResnetBlock ResnetBlock::load(WeightScope w, int in, int out, ResnetSettings const& s)
{
    ResnetBlock block {
        .norm1 = GroupNorm::load(w / "norm1", in, s.groups, s.eps),
        .conv1 = Conv2d::load(w / "conv1", in, out, 3, 1),
        .time_proj = {},
        .norm2 = GroupNorm::load(w / "norm2", out, s.groups, s.eps),
        .conv2 = Conv2d::load(w / "conv2", out, out, 3, 1),
        .shortcut = {},
        .output_scale = s.output_scale,
    };
    if (s.time_channels > 0)
        block.time_proj = Linear::load(w / "time_emb_proj", s.time_channels, out);
    if (in != out)
        block.shortcut = Linear::load_conv1x1(w / "conv_shortcut", in, out);
    return block;
}

Tensor ResnetBlock::operator()(Tensor x, std::optional<Tensor> time) const
{
    Tensor h = conv1(silu(norm1(x)));
    if (time_proj) {
        Tensor const shift = (*time_proj)(*time);
        h = h + reshape(shift, { shift.shape[0], 1, 1, shift.shape[1] });
    }
    h = conv2(silu(norm2(h)));
    h = h + (shortcut ? (*shortcut)(x) : x);
    return output_scale == 1 ? h : affine(h, 1 / output_scale);
}

}
