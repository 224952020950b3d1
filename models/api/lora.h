// SPDX-License-Identifier: Apache-2.0
#pragma once

// LoRAs as a person sees them: what a file is, and how <lora:name:0.8> in a prompt becomes an adapter of the request.

#include "models/api/request.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace igneous {

/// What a LoRA file says about itself: its keys, their shapes and its metadata. Read from the header, whatever its size.
struct LoraInfo {
    std::string title;                     // modelspec.title or ss_output_name; may be empty
    std::string kind;                      // "LoRA", "LoCon" (convolutions too), or what is not run yet: "LoHa", "LoKr", "DoRA"
    bool runnable = true;                  // this engine reads the kind
    std::string naming;                    // "kohya", "kohya with CompVis blocks", "PEFT" or "diffusers"
    std::string base_model;                // "Stable Diffusion 1.x", "Stable Diffusion 2.x", "SDXL"...; empty where nothing tells
    int context_width = 0;                 // of the text it was trained with: 768 for 1.x, 1024 for 2.x, 2048 for SDXL; 0: unknown
    int lowest_rank = 0, highest_rank = 0;
    std::optional<double> alpha;           // of its first layer; absent: the rank
    std::vector<std::pair<std::string, int>> layers;   // how many of each part: { "unet", 192 }, { "text_encoder", 72 }
    std::vector<std::string> trigger_words;            // what it was trained on, most frequent first
    std::vector<std::string> unknown_keys;             // spelled in no way that is known
};

/// What the safetensors file at `path` is if it is an adapter, nothing if it is something else. Throws file_missing or
/// file_damaged.
std::optional<LoraInfo> inspect_lora(std::filesystem::path const& path);

/// Brings request.loras and the prompt together: every <lora:name:weight> of the prompt has its entry, with the weights
/// of the tag, and every entry has a file. Files are looked for by name, without their ending, in `folders` and below
/// them. Throws invalid_argument for a tag that cannot be read, and for a name that several files have; file_missing,
/// with the names that come nearest, for one that none has.
void resolve_loras(GenerationRequest& request, std::span<std::filesystem::path const> folders);

}
