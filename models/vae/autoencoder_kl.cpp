// SPDX-License-Identifier: Apache-2.0
#include "models/vae/autoencoder_kl.h"

#include "compute/ops/ops.h"
#include "models/api/error.h"

#include <algorithm>
#include <cmath>

namespace igneous {

namespace {

constexpr float norm_eps = 1e-6f;

ResnetSettings resnet_settings(AutoencoderKLConfig const& c) { return { .groups = c.norm_groups, .eps = norm_eps }; }

}

AutoencoderKLConfig AutoencoderKLConfig::from(Config const& c)
{
    c.only("_class_name", { "\"AutoencoderKL\"" });
    c.only("act_fn", { "\"silu\"", "\"swish\"" });
    c.only("latents_mean", {});
    c.only("latents_std", {});
    AutoencoderKLConfig config {
        .in_channels = c.integer("in_channels", 3, 1, 1024),
        .out_channels = c.integer("out_channels", 3, 1, 1024),
        .latent_channels = c.integer("latent_channels", 4, 1, 1024),
        .channels = c.integers("block_out_channels", std::vector { 64 }, 1, 1 << 16),
        .layers_per_block = c.integer("layers_per_block", 1, 1, 64),
        .norm_groups = c.integer("norm_num_groups", 32, 1, 1 << 16),
        .sample_size = c.per_block("sample_size", 2, 32).front(),
        .scaling_factor = static_cast<float>(c.number("scaling_factor", 0.18215)),
        .shift_factor = static_cast<float>(c.number("shift_factor", 0)),
        .quant_conv = c.flag("use_quant_conv", true),
        .post_quant_conv = c.flag("use_post_quant_conv", true),
        .mid_block_attention = c.flag("mid_block_add_attention", true),
    };
    for (auto const& [key, type] :
        { std::pair("down_block_types", "DownEncoderBlock2D"), { "up_block_types", "UpDecoderBlock2D" } }) {
        std::vector<std::string> const types = c.texts(key, std::vector<std::string> { type });
        if (types.size() != config.channels.size()
            || std::ranges::any_of(types, [&](auto const& t) { return t != type; }))
            c.refuse(key, std::format("{}, {} times as block_out_channels", type, config.channels.size()));
    }
    if (std::ranges::any_of(config.channels, [&](int n) { return n % config.norm_groups != 0; }))
        c.refuse("block_out_channels", std::format("multiples of norm_num_groups, {}", config.norm_groups));
    if (config.channels.size() > 8)
        c.refuse("block_out_channels", "at most 8 levels");
    if (!(config.scaling_factor > 0))
        c.refuse("scaling_factor", "more than 0");
    return config;
}

VaeAttention VaeAttention::load(WeightScope w, int channels, int groups)
{
    bool const older = w.has("query.weight");
    return {
        .group_norm = GroupNorm::load(w / "group_norm", channels, groups, norm_eps),
        .attention = {
            .name = w.path(),
            .to_q = Linear::load(w / (older ? "query" : "to_q"), channels, channels),
            .to_k = Linear::load(w / (older ? "key" : "to_k"), channels, channels),
            .to_v = Linear::load(w / (older ? "value" : "to_v"), channels, channels),
            .to_out = Linear::load(w / (older ? "proj_attn" : "to_out.0"), channels, channels),
            .heads = 1,
            .scale = 1.0f / std::sqrt(static_cast<float>(channels)),
        },
    };
}

Tensor VaeAttention::operator()(Tensor x) const
{
    Tensor const h = reshape(group_norm(x), { x.shape[0], x.shape[1] * x.shape[2], x.shape[3] });
    return reshape(attention(h, h), x.shape) + x;
}

VaeMidBlock VaeMidBlock::load(WeightScope w, int channels, AutoencoderKLConfig const& c)
{
    VaeMidBlock block {
        .resnet1 = ResnetBlock::load(w / "resnets" / 0, channels, channels, resnet_settings(c)),
        .attention = {},
        .resnet2 = ResnetBlock::load(w / "resnets" / 1, channels, channels, resnet_settings(c)),
    };
    if (c.mid_block_attention)
        block.attention = VaeAttention::load(w / "attentions" / 0, channels, c.norm_groups);
    return block;
}

Tensor VaeMidBlock::operator()(Tensor x) const
{
    x = resnet1(x);
    if (attention)
        x = (*attention)(x);
    return resnet2(x);
}

VaeEncoder VaeEncoder::load(WeightScope w, AutoencoderKLConfig const& c)
{
    VaeEncoder encoder {
        .conv_in = Conv2d::load(w / "conv_in", c.in_channels, c.channels.front(), 3, 1),
        .down_blocks = {},
        .mid_block = VaeMidBlock::load(w / "mid_block", c.channels.back(), c),
        .conv_norm_out = GroupNorm::load(w / "conv_norm_out", c.channels.back(), c.norm_groups, norm_eps),
        .conv_out = Conv2d::load(w / "conv_out", c.channels.back(), 2 * c.latent_channels, 3, 1),
    };
    int in = c.channels.front();
    for (std::size_t level = 0; level < c.channels.size(); ++level) {
        WeightScope const at = w / "down_blocks" / static_cast<int>(level);
        Block block;
        for (int i = 0; i < c.layers_per_block; ++i) {
            block.resnets.push_back(ResnetBlock::load(at / "resnets" / i, in, c.channels[level], resnet_settings(c)));
            in = c.channels[level];
        }
        if (level + 1 < c.channels.size())
            block.downsample = Downsample::load(at / "downsamplers" / 0, in, 0);
        encoder.down_blocks.push_back(std::move(block));
    }
    return encoder;
}

Tensor VaeEncoder::operator()(Tensor x) const
{
    x = conv_in(x);
    for (Block const& block : down_blocks) {
        for (ResnetBlock const& resnet : block.resnets)
            x = resnet(x);
        if (block.downsample)
            x = (*block.downsample)(x);
    }
    return conv_out(silu(conv_norm_out(mid_block(x))));
}

VaeDecoder VaeDecoder::load(WeightScope w, AutoencoderKLConfig const& c)
{
    VaeDecoder decoder {
        .conv_in = Conv2d::load(w / "conv_in", c.latent_channels, c.channels.back(), 3, 1),
        .mid_block = VaeMidBlock::load(w / "mid_block", c.channels.back(), c),
        .up_blocks = {},
        .conv_norm_out = GroupNorm::load(w / "conv_norm_out", c.channels.front(), c.norm_groups, norm_eps),
        .conv_out = Conv2d::load(w / "conv_out", c.channels.front(), c.out_channels, 3, 1),
    };
    int in = c.channels.back();
    for (std::size_t i = 0; i < c.channels.size(); ++i) {
        WeightScope const at = w / "up_blocks" / static_cast<int>(i);
        int const out = c.channels[c.channels.size() - 1 - i];
        Block block;
        for (int j = 0; j <= c.layers_per_block; ++j) {
            block.resnets.push_back(ResnetBlock::load(at / "resnets" / j, in, out, resnet_settings(c)));
            in = out;
        }
        if (i + 1 < c.channels.size())
            block.upsample = Upsample::load(at / "upsamplers" / 0, out);
        decoder.up_blocks.push_back(std::move(block));
    }
    return decoder;
}

Tensor VaeDecoder::operator()(Tensor x) const
{
    x = mid_block(conv_in(x));
    for (Block const& block : up_blocks) {
        for (ResnetBlock const& resnet : block.resnets)
            x = resnet(x);
        if (block.upsample)
            x = (*block.upsample)(x);
    }
    return conv_out(silu(conv_norm_out(x)));
}

AutoencoderKL AutoencoderKL::load(WeightScope w, AutoencoderKLConfig const& c)
{
    AutoencoderKL vae {
        .config = c,
        .encoder = VaeEncoder::load(w / "encoder", c),
        .decoder = VaeDecoder::load(w / "decoder", c),
        .quant_conv = {},
        .post_quant_conv = {},
    };
    if (c.quant_conv)
        vae.quant_conv = Linear::load_conv1x1(w / "quant_conv", 2 * c.latent_channels, 2 * c.latent_channels);
    if (c.post_quant_conv)
        vae.post_quant_conv = Linear::load_conv1x1(w / "post_quant_conv", c.latent_channels, c.latent_channels);
    return vae;
}

AutoencoderKL AutoencoderKL::load(TensorIndex index, AutoencoderKLConfig const& config)
{
    WeightLoader loader(std::move(index));
    AutoencoderKL vae = load(loader.root(), config);
    loader.finish();
    return vae;
}

AutoencoderKL AutoencoderKL::load(std::filesystem::path const& folder)
{
    AutoencoderKLConfig const config = AutoencoderKLConfig::from(Config::read(folder / "config.json"));
    return load(TensorIndex::from_folder(folder, "diffusion_pytorch_model", "vae"), config);
}

AutoencoderKL::Moments AutoencoderKL::encode(Tensor picture) const
{
    require(picture.shape.rank() == 4 && picture.shape[3] == config.in_channels,
        "vae: sample is {}, expected [N, H, W, {}]", picture.shape, config.in_channels);
    require(picture.shape[1] >= config.factor() && picture.shape[2] >= config.factor(),
        "vae: a picture of {} x {} pixels is too small, expected at least {} on each side", picture.shape[2],
        picture.shape[1], config.factor());
    Tensor h = encoder(picture);
    if (quant_conv)
        h = (*quant_conv)(h);
    return { slice_channels(h, 0, config.latent_channels),
        slice_channels(h, config.latent_channels, config.latent_channels) };
}

Tensor AutoencoderKL::decode(Tensor latents) const
{
    require(latents.shape.rank() == 4 && latents.shape[3] == config.latent_channels,
        "vae: latents are {}, expected [N, h, w, {}]", latents.shape, config.latent_channels);
    return decoder(post_quant_conv ? (*post_quant_conv)(latents) : latents);
}

}
