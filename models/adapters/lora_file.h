// SPDX-License-Identifier: Apache-2.0
#pragma once

// A LoRA file: its low-rank pairs by module, checked as far as that goes without a model. Factors stay mapped.

#include "models/adapters/lora_keys.h"
#include "models/checkpoint/safetensors.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace igneous {

struct LoraModule {
    std::string module;        // as LoraKey has it
    std::string part;
    std::string up_key, down_key;
    std::string alpha_key;     // empty: it has none
    Weight up, down;           // [out, rank], [rank, in] or [rank, in, kh, kw]; extents of 1 may follow
    double scale = 1;          // alpha / rank
};

/// Whether a file's values are looked at, or its names and shapes alone.
enum class LoraValues { checked, unread };

struct LoraFile {
    std::filesystem::path path;
    std::vector<LoraModule> modules;           // in the order of their spelling
    std::vector<std::string> unknown_keys;     // that belong to no adapter; the file's other tensors
    int context_width = 0;                     // of the text that its cross-attention takes; 0: it has none

    /// Throws file_missing, file_damaged, unsupported_model for other kinds of adapters, weights_mismatch where halves
    /// are missing or do not fit together, numeric for NaN and infinity among the values that are checked: each names the key.
    static std::shared_ptr<LoraFile const> open(
        std::filesystem::path const& path, LoraValues values = LoraValues::checked);
};

/// "Stable Diffusion 1.x (its text is 768 wide)"
std::string base_of_width(int context_width);

}
