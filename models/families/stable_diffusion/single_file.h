// SPDX-License-Identifier: Apache-2.0
#pragma once

// Stable Diffusion 1.x as model sites hand it out: one safetensors file with all parts under CompVis' names
// ("model.diffusion_model.input_blocks.0.0.weight"). Such a file says nothing about itself but its shapes; what they do not
// tell is as in the published configs of Stable Diffusion 1.5.

#include "models/families/stable_diffusion/config.h"
#include "models/checkpoint/tensor_index.h"

#include <expected>
#include <filesystem>
#include <string>

namespace igneous {

/// Part and name that diffusers has for a tensor: "unet/conv_in.weight", "text_encoder/text_model...". Empty for those of
/// the VAE, which load_autoencoder_kl_file() knows, and for what only training needs.
std::string diffusers_name_of(std::string_view key);

/// Whether `file` is one of Stable Diffusion 1.x; else why not. Throws file_damaged.
std::expected<void, std::string> recognise_single_file(std::filesystem::path const& file);

/// Throws unsupported_model where it is not recognised, file_missing, file_damaged.
StableDiffusionConfig read_single_file_config(std::filesystem::path const& file);

/// What the VAE in such a file is by its shapes, and takes as its scale.
AutoencoderKLConfig single_file_vae();

/// The text encoder's and the UNet's tensors under diffusers' names.
struct SingleFileParts {
    TensorIndex text_encoder { "text_encoder" }, unet { "unet" };
};
SingleFileParts open_single_file(std::filesystem::path const& file);

}
