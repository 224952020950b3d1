// SPDX-License-Identifier: Apache-2.0
#pragma once

// Stable Diffusion 1.x and 2.x in a diffusers folder, 1.x also in one file: how it is recognised, and what its files say.
// Reads no weights.

#include "models/denoisers/unet_2d_condition.h"
#include "models/text/clip_text_model.h"
#include "models/vae/autoencoder_kl.h"
#include "models/vae/autoencoder_tiny.h"

#include <expected>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace igneous {

enum class Prediction { epsilon, v, sample };
std::string_view name_of(Prediction prediction);

/// How the model was trained, and how its folder asks to be sampled: scheduler/scheduler_config.json with the defaults
/// of the scheduler class it names.
struct NoiseFacts {
    std::string scheduler_class;            // "PNDMScheduler", ...
    Prediction prediction = Prediction::epsilon;
    int train_timesteps = 1000;
    std::string beta_schedule = "scaled_linear";   // linear, scaled_linear, squaredcos_cap_v2
    double beta_start = 0.00085, beta_end = 0.012;
    std::vector<double> trained_betas;      // not empty: these instead
    bool rescale_zero_terminal_snr = false;
    std::string timestep_spacing = "leading";      // leading, trailing, linspace
    int steps_offset = 0;
    bool final_alpha_one = true;            // set_alpha_to_one: behind the last step lies the clean picture
    bool karras_sigmas = false;

    static NoiseFacts from(Config const& config);
};

/// What a request takes where the user says nothing. A folder that knows better for its model states "_igneous_cfg" and
/// "_igneous_steps" in its model_index.json; other programs pass over both.
struct StableDiffusionDefaults {
    int width = 512, height = 512;          // pixels
    int steps = 20;
    double cfg = 7;
};

using VaeConfig = std::variant<AutoencoderKLConfig, AutoencoderTinyConfig>;
/// From config.json of a vae folder, by its _class_name.
VaeConfig read_vae_config(std::filesystem::path const& folder);

struct StableDiffusionConfig {
    std::filesystem::path folder;           // or file
    ClipTextConfig text;
    UNet2DConditionConfig unet;
    VaeConfig vae;
    NoiseFacts noise;
    StableDiffusionDefaults defaults;

    /// Latents, masks: the UNet takes 9 channels (latents, mask, masked picture's latents).
    bool inpainting() const { return unet.in_channels == latent_channels() + 1 + latent_channels(); }
    int latent_channels() const { return std::visit([](auto const& c) { return c.latent_channels; }, vae); }
    /// Pixels per latent row and column.
    int factor() const { return std::visit([](auto const& c) { return c.factor(); }, vae); }
    /// Denoiser's latents = (VAE's latents - shift_factor) * scaling_factor.
    float scaling_factor() const { return std::visit([](auto const& c) { return c.scaling_factor; }, vae); }
    float shift_factor() const { return std::visit([](auto const& c) { return c.shift_factor; }, vae); }

    /// Reads and checks every config of the folder, or what a single file's shapes say. Throws Error that names file, key, got and supported.
    static StableDiffusionConfig read(std::filesystem::path const& folder);
};

/// Whether `folder` is a diffusers folder of this family, by model_index.json, or such a model in one file; else why not.
/// Throws only for a file that is damaged.
std::expected<void, std::string> recognise_stable_diffusion(std::filesystem::path const& folder);

}
