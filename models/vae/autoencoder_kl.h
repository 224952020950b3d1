// SPDX-License-Identifier: Apache-2.0
#pragma once

// The KL autoencoder of Stable Diffusion, as diffusers' AutoencoderKL: pictures to a normal distribution of latents and
// back. Latents here are the model's own; scaling_factor is applied by who calls, once.

#include "models/checkpoint/config.h"
#include "models/layers/attention.h"
#include "models/layers/norm.h"
#include "models/layers/resample.h"
#include "models/layers/resnet_block.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace igneous {

struct AutoencoderKLConfig {
    int in_channels = 3, out_channels = 3;
    int latent_channels = 4;
    std::vector<int> channels { 64 };       // block_out_channels, outermost first
    int layers_per_block = 1;
    int norm_groups = 32;
    int sample_size = 512;                  // of the pictures it was trained on
    float scaling_factor = 0.18215f;        // latents of the denoiser = (latents - shift_factor) * scaling_factor
    float shift_factor = 0;
    bool quant_conv = true, post_quant_conv = true;
    bool mid_block_attention = true;

    /// Picture rows per latent row.
    int factor() const { return 1 << (channels.size() - 1); }
    /// Throws unsupported_model or file_damaged, naming file, key, value and what is supported.
    static AutoencoderKLConfig from(Config const& config);
};

/// Single-head self-attention over all pixels, with its own norm and residual.
struct VaeAttention {
    GroupNorm group_norm;
    Attention attention;

    /// Also reads the older names query, key, value and proj_attn.
    static VaeAttention load(WeightScope w, int channels, int groups);
    Tensor operator()(Tensor x) const;
};

struct VaeMidBlock {
    ResnetBlock resnet1;
    std::optional<VaeAttention> attention;
    ResnetBlock resnet2;

    static VaeMidBlock load(WeightScope w, int channels, AutoencoderKLConfig const& config);
    Tensor operator()(Tensor x) const;
};

struct VaeEncoder {
    struct Block {
        std::vector<ResnetBlock> resnets;
        std::optional<Downsample> downsample;   // pads right and bottom only
    };
    Conv2d conv_in;
    std::vector<Block> down_blocks;
    VaeMidBlock mid_block;
    GroupNorm conv_norm_out;
    Conv2d conv_out;

    static VaeEncoder load(WeightScope w, AutoencoderKLConfig const& config);
    Tensor operator()(Tensor x) const;
};

struct VaeDecoder {
    struct Block {
        std::vector<ResnetBlock> resnets;
        std::optional<Upsample> upsample;
    };
    Conv2d conv_in;
    VaeMidBlock mid_block;
    std::vector<Block> up_blocks;
    GroupNorm conv_norm_out;
    Conv2d conv_out;

    static VaeDecoder load(WeightScope w, AutoencoderKLConfig const& config);
    Tensor operator()(Tensor x) const;
};

struct AutoencoderKL {
    /// logvar is to be clamped to this range before use, as diffusers does.
    static constexpr float least_logvar = -30, most_logvar = 20;
    struct Moments {
        Tensor mean, logvar;   // [N, h, w, latent_channels]; logvar before clamping
    };
    AutoencoderKLConfig config;
    VaeEncoder encoder;
    VaeDecoder decoder;
    std::optional<Linear> quant_conv, post_quant_conv;

    static AutoencoderKL load(WeightScope w, AutoencoderKLConfig const& config);
    static AutoencoderKL load(TensorIndex index, AutoencoderKLConfig const& config);
    /// From a diffusers sub-folder with config.json and diffusion_pytorch_model.safetensors.
    static AutoencoderKL load(std::filesystem::path const& folder);

    /// picture [N, H, W, in_channels] in [-1, 1] -> latents of H / factor rows.
    Moments encode(Tensor picture) const;
    /// latents [N, h, w, latent_channels], unscaled -> picture [N, H, W, out_channels], about [-1, 1].
    Tensor decode(Tensor latents) const;
};

}
