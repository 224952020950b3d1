// SPDX-License-Identifier: Apache-2.0
#pragma once

// Everything that shapes a picture, as one plain value: it compares, it is written as JSON, it lies in the picture and
// comes back out of it. The same request on the same device and driver gives the same bytes.

#include "models/api/image.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace igneous {

enum class Tier : std::uint8_t {
    f16,   // f16 storage, f32 accumulation; the default
    f32,   // everything f32: for comparing with references
};

struct SamplingSettings {
    std::string sampler = "dpmpp_2m";      // an id of samplers()
    std::string schedule = "karras";       // a name of schedules()
    int steps = 20;
    double cfg = 7.0;                      // 1: no guidance, and half the work
    std::vector<double> sigmas;            // given instead of schedule and steps; the last is usually 0
    std::string timesteps = "interpolate"; // training time of a sigma: "interpolate" (k-diffusion, A1111) or "nearest" (ComfyUI)
    std::string initial_noise = "sigma";   // "sigma": noise * sigma (k-diffusion, A1111); "variance": noise * sqrt(sigma^2 + 1) at the highest (ComfyUI)
    double eta = 1;                        // stochastic samplers: share of fresh noise
    double s_noise = 1;
    bool operator==(SamplingSettings const&) const = default;
};

/// Where the picture starts, instead of pure noise.
struct InitImage {
    Image image;
    double strength = 0.75;                // 0: as it is, 1: only its size matters
    std::string steps_mode = "comfy";      // how strength shortens the schedule: "comfy", "a1111" or "diffusers"
    std::optional<Image> mask;             // 1 channel; 255: paint here, 0: keep, bit-identical
    bool operator==(InitImage const&) const = default;
};

/// An adapter that the picture is made with.
struct LoraUse {
    std::string name;                      // as in <lora:name:0.8>: the file's name without its ending
    std::string file;                      // path; empty in recipes, where only name and hash tell which it was
    std::string hash;                      // SHA-256 of the file in hexadecimal, or its first ten digits (AutoV2); may be empty
    double weight = 1;                     // any finite number; negative ones take away
    std::optional<double> text_weight = std::nullopt;   // of its text encoder's part; absent: `weight`
    bool operator==(LoraUse const&) const = default;
};

struct GenerationRequest {
    std::string model;                     // folder
    std::string model_hash;                // of the model's main file, SHA-256 or AutoV2; empty where nobody computed it
    std::string vae;                       // file or folder of another autoencoder; empty: the model's own
    std::string prompt, negative_prompt;   // as typed: <lora:name:weight> may stand in the prompt
    std::vector<std::string> styles;       // templates still to be put around the prompts, by name: none when it is run
    std::vector<LoraUse> loras;            // all that are used, those of the prompt too
    std::string weighting = "a1111";       // or "comfy"
    int width = 0, height = 0;             // pixels, multiples of 8; 0: the model's own
    int batch = 1;                         // pictures that share the request; picture i has noise of its own
    std::uint64_t seed = 0;
    std::string rng = "torch-cpu";         // or "torch-cuda"
    int clip_skip = 1;                     // 1: the encoder's usual layer, 2: the one before, ...
    Tier tier = Tier::f16;
    int vae_tile = 0;                      // side in pixels of the squares that the autoencoder works in, blended where they overlap; 0: whole pictures
    SamplingSettings sampling;
    std::optional<InitImage> init;
    bool operator==(GenerationRequest const&) const = default;
};

/// The request as JSON text (one line) and back. Unknown fields are ignored, missing ones keep their defaults; pictures are
/// not part of the text. Throws invalid_argument for text that is no JSON or for a field of the wrong type, by its name.
std::string to_json(GenerationRequest const& request);
GenerationRequest request_from_json(std::string_view text);

/// A1111's `parameters` text: prompt, "Negative prompt: ...", then "Steps: 20, Sampler: ..., CFG scale: ..., Seed: ..., Size: ...".
/// `seed` is of the picture at `index` in the batch.
std::string a1111_parameters(GenerationRequest const& request, std::string_view model_name, int index);

}
