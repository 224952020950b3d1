// SPDX-License-Identifier: Apache-2.0
#pragma once

// Stable Diffusion 1.x and 2.x: text encoder, UNet, VAE, and the graphs that pipelines run. Sizes are in latents unless
// they say pixels.

#include "models/families/stable_diffusion/config.h"

#include <memory>

namespace igneous {

using Vae = std::variant<AutoencoderKL, AutoencoderTiny>;
/// From a diffusers sub-folder; its config.json says which class.
Vae load_vae(std::filesystem::path const& folder);

struct StableDiffusion {
    StableDiffusionConfig config;
    ClipTextModel text_encoder;
    UNet2DCondition unet;
    Vae vae;

    /// Loads and checks all of a diffusers folder or of a single file. Weights stay mapped in their files. Throws Error.
    static StableDiffusion load(std::filesystem::path const& folder);
    /// Takes another autoencoder in place of its own: a diffusers folder, a file in such a folder, or a KL autoencoder's
    /// file alone. Throws Error, with all as it was; invalid_argument for one whose latents are no latents of this model.
    void use_vae(std::filesystem::path const& place);
    /// The same shapes without weights: can be planned, not run.
    static StableDiffusion shapes_only(StableDiffusionConfig const& config);
};

/// `tier` is f32 or f16: the type of activations. Names in quotes are the inputs and outputs of the programs.

struct TextGraph {
    int batch = 1;              // chunks of tokens
    int tokens = 77;
    int skip_layers = 0;        // clip skip: 0 takes the last hidden state, 1 the one before...
    DType tier = DType::f16;
};
/// "input_ids" i32 [batch, tokens] and "end" i32 [batch] (ClipTextModel::end_of_text) -> "context" f32 [batch, tokens,
/// D], final LayerNorm included, and "pooled" f32 [batch, D].
std::shared_ptr<Graph> build_text_graph(StableDiffusion const& model, TextGraph const& settings);

struct DenoiseGraph {
    int batch = 1;
    int copies = 2;             // 2: unconditional, then conditional, along the batch. 1: conditional only
    int height = 64, width = 64;
    int tokens = 77;            // of the context: chunks * 77
    DType tier = DType::f16;
};
/// One step. Per step: "x" f32 [batch, height, width, 4], the noisy latents, unscaled; "factors" f32 [4] = c_in,
/// c_skip, c_out, cfg; "timestep" f32 [copies * batch]. Per request: "context" [copies * batch, tokens, D] in the
/// tier's type (Program::write converts from f32); for an inpainting UNet "inpaint" [copies * batch, height, width, 5]
/// likewise: the mask, then the masked picture's scaled latents, the same for every copy. -> "denoised" f32 [batch,
/// height, width, 4].
std::shared_ptr<Graph> build_denoise_graph(StableDiffusion const& model, DenoiseGraph const& settings);

struct VaeGraph {
    int batch = 1;
    int height = 64, width = 64;   // latents for decoding, pixels for encoding
    DType tier = DType::f16;
};
/// "sample" [batch, height, width, 3] in [-1, 1] -> "mean" and, for an AutoencoderKL, "logvar" (to be clamped to
/// AutoencoderKL::least_logvar .. most_logvar), f32 [batch, h, w, 4], unscaled.
std::shared_ptr<Graph> build_vae_encode_graph(Vae const& vae, VaeGraph const& settings);
/// "latent" [batch, height, width, 4], unscaled -> "sample" f32 [batch, H, W, 3], about [-1, 1].
std::shared_ptr<Graph> build_vae_decode_graph(Vae const& vae, VaeGraph const& settings);
/// Likewise, from the denoiser's latents: "latents" f32, scaled.
std::shared_ptr<Graph> build_preview_graph(Vae const& vae, VaeGraph const& settings);

}
