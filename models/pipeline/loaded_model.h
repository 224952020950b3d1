// SPDX-License-Identifier: Apache-2.0
#pragma once

// A model in memory: its parts, its tokenizer, and its packed weights on the device.

#include "compute/memory/weight_store.h"
#include "models/adapters/adapters.h"
#include "models/families/stable_diffusion/stable_diffusion.h"
#include "models/tokens/clip_tokenizer.h"

#include <filesystem>
#include <memory>

namespace igneous {

class Device;

/// A diffusers folder's own tokenizer, or CLIP's published one where it has none and `clip_vocabulary` is not empty. Throws
/// file_missing or file_damaged.
ClipTokenizer load_tokenizer(std::filesystem::path const& folder, std::filesystem::path const& clip_vocabulary);

/// Throws file_missing, or unsupported_model with why it is none that can be run.
void require_runnable(std::filesystem::path const& folder);
/// What LoRAs can change of the model; its weights need not be loaded.
AdapterTargets adapter_targets(StableDiffusion const& parts);

struct LoadedModel {
    std::filesystem::path folder;
    StableDiffusion parts;                     // the VAE is the one in use
    ClipTokenizer tokenizer;
    std::shared_ptr<WeightStore> weights;      // null where the model is only planned
    std::shared_ptr<WeightStore> host_weights; // those that are streamed; null as well
    Adapters adapters = {};
    std::optional<AdapterTargets> targets = std::nullopt;   // made when the first LoRA asks
    std::string vae = {};                      // the other autoencoder in use, as use_vae() was told; empty: its own

    /// Loads a diffusers folder. `clip_vocabulary`: CLIP's published merges for a folder that has no tokenizer; may be empty.
    /// `device` null: shapes are read, weights are not uploaded. Throws Error.
    static std::shared_ptr<LoadedModel> load(std::filesystem::path const& folder, std::filesystem::path const& clip_vocabulary,
        std::shared_ptr<Device> device);
    /// The weights that these LoRAs make of the model's; null for none. Those of the last call go when this one's are others.
    std::shared_ptr<AdaptedWeights const> adapt(std::span<LoraUse const> loras);
    /// Another autoencoder from here on, empty: its own again. Weights of the one before stay on the device until the next
    /// run. Throws Error, with all as it was.
    void use_vae(std::string const& place);
    /// "stable-diffusion-v1-5": the folder's name, for people.
    std::string name() const;
};

}
