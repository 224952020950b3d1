// SPDX-License-Identifier: Apache-2.0
#include "models/denoisers/unet_2d_condition.h"

#include "compute/ops/ops.h"
#include "models/api/error.h"

#include <utility>

namespace igneous {

namespace {

ResnetSettings resnet_settings(UNet2DConditionConfig const& c)
{
    return { .time_channels = c.time_channels, .groups = c.norm_groups, .eps = c.norm_eps };
}

UNetDownBlock load_down_block(WeightScope w, UNet2DConditionConfig const& c, std::size_t level)
{
    auto const& here = c.levels[level];
    int in = level == 0 ? here.channels : c.levels[level - 1].channels;
    UNetDownBlock block;
    for (int i = 0; i < here.resnets; ++i) {
        block.resnets.push_back(ResnetBlock::load(w / "resnets" / i, in, here.channels, resnet_settings(c)));
        if (here.down_attention)
            block.attentions.push_back(Transformer2D::load(w / "attentions" / i, here.channels, here.transformer));
        in = here.channels;
    }
    if (level + 1 < c.levels.size())
        block.downsample = Downsample::load(w / "downsamplers" / 0, here.channels, c.downsample_padding);
    return block;
}

UNetMidBlock load_mid_block(WeightScope w, UNet2DConditionConfig const& c)
{
    auto const& level = c.levels.back();
    ResnetSettings settings = resnet_settings(c);
    settings.output_scale = c.mid_block_scale;
    TransformerSettings transformer = level.transformer;
    transformer.only_cross_attention = false;
    return {
        .resnet1 = ResnetBlock::load(w / "resnets" / 0, level.channels, level.channels, settings),
        .attention = Transformer2D::load(w / "attentions" / 0, level.channels, transformer),
        .resnet2 = ResnetBlock::load(w / "resnets" / 1, level.channels, level.channels, settings),
    };
}

UNetUpBlock load_up_block(WeightScope w, UNet2DConditionConfig const& c, std::size_t level)
{
    auto const& here = c.levels[level];
    bool const innermost = level + 1 == c.levels.size();
    int in = innermost ? here.channels : c.levels[level + 1].channels;     // from below
    int const last_skip = level == 0 ? here.channels : c.levels[level - 1].channels;
    UNetUpBlock block;
    for (int i = 0; i <= here.resnets; ++i) {
        int const skip = i == here.resnets ? last_skip : here.channels;
        block.resnets.push_back(ResnetBlock::load(w / "resnets" / i, in + skip, here.channels, resnet_settings(c)));
        if (here.up_attention)
            block.attentions.push_back(Transformer2D::load(w / "attentions" / i, here.channels, here.transformer));
        in = here.channels;
    }
    if (level > 0)
        block.upsample = Upsample::load(w / "upsamplers" / 0, here.channels);
    return block;
}

}

Tensor UNetDownBlock::operator()(Tensor x, Tensor time, Tensor context, std::vector<Tensor>& skips) const
{
    for (std::size_t i = 0; i < resnets.size(); ++i) {
        x = resnets[i](x, time);
        if (!attentions.empty())
            x = attentions[i](x, context);
        skips.push_back(x);
    }
    if (downsample)
        skips.push_back(x = (*downsample)(x));
    return x;
}

Tensor UNetMidBlock::operator()(Tensor x, Tensor time, Tensor context) const
{
    x = resnet1(x, time);
    x = attention(x, context);
    return resnet2(x, time);
}

Tensor UNetUpBlock::operator()(Tensor x, Tensor time, Tensor context, std::vector<Tensor>& skips) const
{
    for (std::size_t i = 0; i < resnets.size(); ++i) {
        x = resnets[i](concat(x, skips.back()), time);
        skips.pop_back();
        if (!attentions.empty())
            x = attentions[i](x, context);
    }
    return upsample ? (*upsample)(x, skips.back().shape[1], skips.back().shape[2]) : x;
}

UNet2DCondition UNet2DCondition::load(WeightScope w, UNet2DConditionConfig const& c)
{
    int const channels = c.levels.front().channels;
    UNet2DCondition unet {
        .config = c,
        .conv_in = Conv2d::load(w / "conv_in", c.in_channels, channels, c.conv_in_kernel, (c.conv_in_kernel - 1) / 2),
        .time_embedding = TimestepEmbedding::load(w / "time_embedding", channels, c.time_channels),
        .down_blocks = {},
        .mid_block = load_mid_block(w / "mid_block", c),
        .up_blocks = {},
        .conv_norm_out = GroupNorm::load(w / "conv_norm_out", channels, c.norm_groups, c.norm_eps),
        .conv_out =
            Conv2d::load(w / "conv_out", channels, c.out_channels, c.conv_out_kernel, (c.conv_out_kernel - 1) / 2),
    };
    for (std::size_t level = 0; level < c.levels.size(); ++level)
        unet.down_blocks.push_back(load_down_block(w / "down_blocks" / static_cast<int>(level), c, level));
    for (std::size_t i = 0; i < c.levels.size(); ++i)
        unet.up_blocks.push_back(load_up_block(w / "up_blocks" / static_cast<int>(i), c, c.levels.size() - 1 - i));
    return unet;
}

UNet2DCondition UNet2DCondition::load(TensorIndex index, UNet2DConditionConfig const& config)
{
    WeightLoader loader(std::move(index));
    UNet2DCondition unet = load(loader.root(), config);
    loader.finish();
    return unet;
}

UNet2DCondition UNet2DCondition::load(std::filesystem::path const& folder)
{
    UNet2DConditionConfig const config = UNet2DConditionConfig::from(Config::read(folder / "config.json"));
    return load(TensorIndex::from_folder(folder, "diffusion_pytorch_model", "unet"), config);
}

Tensor UNet2DCondition::operator()(Tensor sample, Tensor timestep, Tensor context) const
{
    require(sample.shape.rank() == 4 && sample.shape[3] == config.in_channels,
        "unet: sample is {}, expected [N, H, W, {}]", sample.shape, config.in_channels);
    require(context.shape.rank() == 3 && context.shape[2] == config.context_channels(),
        "unet: encoder_hidden_states are {}, expected [N, L, {}]", context.shape, config.context_channels());

    Tensor const sinusoids = igneous::time_embedding(
        timestep, config.levels.front().channels, config.flip_sin_to_cos, config.freq_shift);
    // Every resnet begins with the SiLU of the embedding: it is computed once.
    Tensor const time = silu(time_embedding(cast(sinusoids, sample.graph->activations())));

    Tensor x = conv_in(config.center_input_sample ? affine(sample, 2, -1) : sample);
    std::vector<Tensor> skips { x };
    for (UNetDownBlock const& block : down_blocks)
        x = block(x, time, context, skips);
    x = mid_block(x, time, context);
    for (UNetUpBlock const& block : up_blocks)
        x = block(x, time, context, skips);
    return conv_out(silu(conv_norm_out(x)));
}

}
