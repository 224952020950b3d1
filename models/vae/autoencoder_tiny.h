// SPDX-License-Identifier: Apache-2.0
#pragma once

// The small autoencoder (TAESD) as diffusers' AutoencoderTiny: plain convolutions and residual blocks, no norms. Its
// latents are the denoiser's own: scaling_factor is 1 as a rule.

#include "models/checkpoint/config.h"
#include "models/layers/resample.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace igneous {

struct AutoencoderTinyConfig {
    int in_channels = 3, out_channels = 3;
    int latent_channels = 4;
    std::vector<int> encoder_channels { 64, 64, 64, 64 }, decoder_channels { 64, 64, 64, 64 };
    std::vector<int> encoder_blocks { 1, 3, 3, 3 }, decoder_blocks { 3, 3, 3, 1 };
    Activation activation = Activation::relu;
    int upsampling_factor = 2;
    bool bilinear = false;                  // upsample_fn; else to the nearest neighbour
    float scaling_factor = 1, shift_factor = 0;
    float latent_magnitude = 3, latent_shift = 0.5f;   // latents / (2 magnitude) + shift lie in [0, 1]: for previews

    /// Picture rows per latent row.
    int factor() const { return 1 << (encoder_channels.size() - 1); }
    /// Throws unsupported_model or file_damaged, naming file, key, value and what is supported.
    static AutoencoderTinyConfig from(Config const& config);
};

/// relu(three convolutions of x + x).
struct TinyBlock {
    Conv2d conv1, conv2, conv3;
    Activation activation;

    static TinyBlock load(WeightScope w, int channels, Activation activation);
    Tensor operator()(Tensor x) const;
};

/// The blocks of one size and the convolution that comes before or behind them.
struct TinyStage {
    std::optional<Conv2d> conv;             // before the blocks (encoder)
    std::vector<TinyBlock> blocks;
    std::optional<Conv2d> conv_after;       // behind the blocks, after enlarging (decoder)
};

struct AutoencoderTiny {
    AutoencoderTinyConfig config;
    std::vector<TinyStage> encoder;
    Conv2d encoder_out;
    Conv2d decoder_in;
    std::vector<TinyStage> decoder;

    static AutoencoderTiny load(WeightScope w, AutoencoderTinyConfig const& config);
    static AutoencoderTiny load(TensorIndex index, AutoencoderTinyConfig const& config);
    /// From a diffusers sub-folder with config.json and diffusion_pytorch_model.safetensors.
    static AutoencoderTiny load(std::filesystem::path const& folder);

    /// picture [N, H, W, in_channels] in [-1, 1] -> latents [N, h, w, latent_channels].
    Tensor encode(Tensor picture) const;
    /// latents -> picture [N, H, W, out_channels], about [-1, 1]. Latents are softly clamped to [-3, 3] first.
    Tensor decode(Tensor latents) const;

private:
    Tensor enlarge_and(Conv2d const& conv, Tensor x) const;
};

}
