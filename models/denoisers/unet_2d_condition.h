// SPDX-License-Identifier: Apache-2.0
#pragma once

// The UNet of Stable Diffusion 1.x and 2.x: diffusers' UNet2DConditionModel with the options that their folders use.

#include "models/checkpoint/config.h"
#include "models/layers/resample.h"
#include "models/layers/resnet_block.h"
#include "models/layers/timestep_embedding.h"
#include "models/layers/transformer_2d.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace igneous {

/// Facts of config.json, per level from the outermost inwards.
struct UNet2DConditionConfig {
    struct Level {
        int channels;
        int resnets;                       // on the way down; one more on the way up
        bool down_attention, up_attention; // CrossAttn*Block2D or not
        TransformerSettings transformer;
    };
    std::vector<Level> levels;
    int in_channels = 4, out_channels = 4;
    int sample_size = 64;                  // of the latents it was trained on
    int conv_in_kernel = 3, conv_out_kernel = 3;
    bool center_input_sample = false;      // 2x - 1 first
    bool flip_sin_to_cos = true;
    float freq_shift = 0;
    int time_channels = 1280;
    int downsample_padding = 1;
    float mid_block_scale = 1;
    int norm_groups = 32;
    float norm_eps = 1e-5f;

    int context_channels() const { return levels.front().transformer.context_channels; }
    /// Throws unsupported_model or file_damaged, naming file, key, value and what is supported.
    static UNet2DConditionConfig from(Config const& config);
};

/// One level on the way down: resnets, each with a transformer where the level attends to the text.
struct UNetDownBlock {
    std::vector<ResnetBlock> resnets;
    std::vector<Transformer2D> attentions;     // empty, or one per resnet
    std::optional<Downsample> downsample;
    Tensor operator()(Tensor x, Tensor time, Tensor context, std::vector<Tensor>& skips) const;
};

struct UNetMidBlock {
    ResnetBlock resnet1;
    Transformer2D attention;
    ResnetBlock resnet2;
    Tensor operator()(Tensor x, Tensor time, Tensor context) const;
};

/// One level on the way up; takes back as many skip connections as it has resnets.
struct UNetUpBlock {
    std::vector<ResnetBlock> resnets;
    std::vector<Transformer2D> attentions;
    std::optional<Upsample> upsample;
    Tensor operator()(Tensor x, Tensor time, Tensor context, std::vector<Tensor>& skips) const;
};

struct UNet2DCondition {
    UNet2DConditionConfig config;
    Conv2d conv_in;
    TimestepEmbedding time_embedding;
    std::vector<UNetDownBlock> down_blocks;
    UNetMidBlock mid_block;
    std::vector<UNetUpBlock> up_blocks;
    GroupNorm conv_norm_out;
    Conv2d conv_out;

    static UNet2DCondition load(WeightScope w, UNet2DConditionConfig const& config);
    static UNet2DCondition load(TensorIndex index, UNet2DConditionConfig const& config);
    /// From a diffusers sub-folder with config.json and diffusion_pytorch_model.safetensors.
    static UNet2DCondition load(std::filesystem::path const& folder);

    /// sample [N, H, W, in_channels] in the graph's activation type, timestep f32 [N] or [1], context [N, L, D] ->
    /// the prediction [N, H, W, out_channels]. Any H and W; odd ones are restored on the way up.
    Tensor operator()(Tensor sample, Tensor timestep, Tensor context) const;
};

}
