// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a LoRA goes with a model, told by the names and shapes of both before anything runs.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace igneous {

/// Keys of a LoRA that change nothing in a model, for one reason.
struct LoraMisfits {
    static constexpr std::size_t most_examples = 12;
    int count = 0;
    std::vector<std::string> examples;     // the first of them, each once
    bool operator==(LoraMisfits const&) const = default;
};

/// What becomes of the tensors of a LoRA's file in a model: `keys` of them, each in one of the four.
struct LoraFit {
    int keys = 0;
    int matched = 0;                       // of layers that the model has, in its shapes
    LoraMisfits no_such_layer;
    LoraMisfits wrong_shape;               // all of such a layer; "key is [4, 1024], expected [4, 768]" of what differs
    LoraMisfits not_understood;            // named in no way that is known
    std::string refusal;                   // why a run would not take the two; empty: it would
    bool operator==(LoraFit const&) const = default;
};

/// Looks at headers and configs, not at weights. `model`: a folder or a single file. Throws file_missing, file_damaged,
/// and unsupported_model for a model that is not run here. What is wrong with the LoRA alone is a refusal.
LoraFit match_lora(std::filesystem::path const& model, std::filesystem::path const& lora);

}
