// SPDX-License-Identifier: Apache-2.0
#include "models/vae/autoencoder_tiny.h"

#include "compute/ops/ops.h"
#include "models/api/error.h"

#include <algorithm>

namespace igneous {

AutoencoderTinyConfig AutoencoderTinyConfig::from(Config const& c)
{
    c.only("_class_name", { "\"AutoencoderTiny\"" });
    c.only("upsample_fn", { "\"nearest\"", "\"bilinear\"" });
    AutoencoderTinyConfig config {
        .in_channels = c.integer("in_channels", 3, 1, 1024),
        .out_channels = c.integer("out_channels", 3, 1, 1024),
        .latent_channels = c.integer("latent_channels", 4, 1, 1024),
        .encoder_channels = c.integers("encoder_block_out_channels", std::vector { 64, 64, 64, 64 }, 1, 1 << 16),
        .decoder_channels = c.integers("decoder_block_out_channels", std::vector { 64, 64, 64, 64 }, 1, 1 << 16),
        .encoder_blocks = c.integers("num_encoder_blocks", std::vector { 1, 3, 3, 3 }, 0, 64),
        .decoder_blocks = c.integers("num_decoder_blocks", std::vector { 3, 3, 3, 1 }, 0, 64),
        .upsampling_factor = c.integer("upsampling_scaling_factor", 2, 1, 8),
        .bilinear = c.text("upsample_fn", "nearest") == "bilinear",
        .scaling_factor = static_cast<float>(c.number("scaling_factor", 1)),
        .shift_factor = static_cast<float>(c.number("shift_factor", 0)),
        .latent_magnitude = static_cast<float>(c.number("latent_magnitude", 3)),
        .latent_shift = static_cast<float>(c.number("latent_shift", 0.5)),
    };
    std::string const act = c.text("act_fn", "relu");
    if (act == "silu" || act == "swish")
        config.activation = Activation::silu;
    else if (act == "gelu")
        config.activation = Activation::gelu;
    else if (act != "relu")
        c.refuse("act_fn", "relu, silu or gelu");
    if (config.encoder_blocks.size() != config.encoder_channels.size() || config.encoder_blocks.size() > 8)
        c.refuse("num_encoder_blocks",
            std::format("{} numbers as encoder_block_out_channels, at most 8", config.encoder_channels.size()));
    if (config.decoder_blocks.size() != config.decoder_channels.size() || config.decoder_blocks.size() > 8)
        c.refuse("num_decoder_blocks",
            std::format("{} numbers as decoder_block_out_channels, at most 8", config.decoder_channels.size()));
    // Neighbouring levels meet without a convolution between them, so the class itself needs equal channels.
    for (std::string_view key : { "encoder_block_out_channels", "decoder_block_out_channels" }) {
        auto const& channels = key[0] == 'e' ? config.encoder_channels : config.decoder_channels;
        if (std::ranges::any_of(channels, [&](int n) { return n != channels.front(); }))
            c.refuse(key, "equal numbers");
    }
    if (!(config.scaling_factor > 0))
        c.refuse("scaling_factor", "more than 0");
    return config;
}

TinyBlock TinyBlock::load(WeightScope w, int channels, Activation activation)
{
    return {
        .conv1 = Conv2d::load(w / "conv" / 0, channels, channels, 3, 1),
        .conv2 = Conv2d::load(w / "conv" / 2, channels, channels, 3, 1),
        .conv3 = Conv2d::load(w / "conv" / 4, channels, channels, 3, 1),
        .activation = activation,
    };
}

Tensor TinyBlock::operator()(Tensor x) const
{
    Tensor h = activate(conv1(x), activation);
    h = activate(conv2(h), activation);
    return activate(conv3(h) + x, Activation::relu);
}

AutoencoderTiny AutoencoderTiny::load(WeightScope w, AutoencoderTinyConfig const& c)
{
    // The checkpoint numbers layers, activations and enlargements alike.
    WeightScope const enc = w / "encoder" / "layers", dec = w / "decoder" / "layers";
    AutoencoderTiny vae { .config = c };
    int at = 0;
    for (std::size_t level = 0; level < c.encoder_blocks.size(); ++level) {
        int const channels = c.encoder_channels[level];
        TinyStage stage;
        stage.conv = level == 0 ? Conv2d::load(enc / at++, c.in_channels, channels, 3, 1)
                                : Conv2d::load(enc / at++, channels, channels, 3, 1, 2, Bias::no);
        for (int i = 0; i < c.encoder_blocks[level]; ++i)
            stage.blocks.push_back(TinyBlock::load(enc / at++, channels, c.activation));
        vae.encoder.push_back(std::move(stage));
    }
    vae.encoder_out = Conv2d::load(enc / at, c.encoder_channels.back(), c.latent_channels, 3, 1);

    vae.decoder_in = Conv2d::load(dec / 0, c.latent_channels, c.decoder_channels.front(), 3, 1);
    at = 2;   // behind the first convolution and its activation
    for (std::size_t level = 0; level < c.decoder_blocks.size(); ++level) {
        int const channels = c.decoder_channels[level];
        bool const last = level + 1 == c.decoder_blocks.size();
        TinyStage stage;
        for (int i = 0; i < c.decoder_blocks[level]; ++i)
            stage.blocks.push_back(TinyBlock::load(dec / at++, channels, c.activation));
        if (!last)
            ++at;   // the enlargement
        stage.conv_after =
            Conv2d::load(dec / at++, channels, last ? c.out_channels : channels, 3, 1, 1, last ? Bias::yes : Bias::no);
        vae.decoder.push_back(std::move(stage));
    }
    return vae;
}

AutoencoderTiny AutoencoderTiny::load(TensorIndex index, AutoencoderTinyConfig const& config)
{
    WeightLoader loader(std::move(index));
    AutoencoderTiny vae = load(loader.root(), config);
    loader.finish();
    return vae;
}

AutoencoderTiny AutoencoderTiny::load(std::filesystem::path const& folder)
{
    AutoencoderTinyConfig const config = AutoencoderTinyConfig::from(Config::read(folder / "config.json"));
    return load(TensorIndex::from_folder(folder, "diffusion_pytorch_model", "vae"), config);
}

Tensor AutoencoderTiny::encode(Tensor picture) const
{
    require(picture.shape.rank() == 4 && picture.shape[3] == config.in_channels,
        "vae: sample is {}, expected [N, H, W, {}]", picture.shape, config.in_channels);
    Tensor x = affine(picture, 0.5f, 0.5f);
    for (TinyStage const& stage : encoder) {
        x = (*stage.conv)(x);
        for (TinyBlock const& block : stage.blocks)
            x = block(x);
    }
    return encoder_out(x);
}

Tensor AutoencoderTiny::decode(Tensor latents) const
{
    require(latents.shape.rank() == 4 && latents.shape[3] == config.latent_channels,
        "vae: latents are {}, expected [N, h, w, {}]", latents.shape, config.latent_channels);
    Tensor x = affine(activate(affine(latents, 1.0f / 3), Activation::tanh), 3);
    x = activate(decoder_in(x), config.activation);
    for (std::size_t level = 0; level < decoder.size(); ++level) {
        for (TinyBlock const& block : decoder[level].blocks)
            x = block(x);
        Conv2d const& conv = *decoder[level].conv_after;
        bool const last = level + 1 == decoder.size();
        x = last ? conv(x) : enlarge_and(conv, x);
    }
    return affine(x, 2, -1);
}

Tensor AutoencoderTiny::enlarge_and(Conv2d const& conv, Tensor x) const
{
    int const factor = config.upsampling_factor;
    if (factor == 1)
        return conv(x);
    if (factor == 2 && !config.bilinear)
        return Upsample { conv }(x);
    return conv(resample(x, static_cast<int>(factor * x.shape[1]), static_cast<int>(factor * x.shape[2]),
        config.bilinear ? Filter::bilinear : Filter::nearest));
}

}
