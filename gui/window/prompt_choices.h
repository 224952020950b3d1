// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the generate panel offers to choose from, read from the library off the window's thread.

#include "gui/generate/completion.h"
#include "gui/generate/model_rows.h"

#include <filesystem>
#include <vector>

namespace igneous {

struct PromptChoices {
    std::vector<ModelChoice> models;               // the starter first
    std::vector<VaeChoice> vaes;
    Completions names;                             // LoRAs and embeddings, with those that come with the program
};

/// Opens the library's database and the models' configs: some milliseconds, more for thousands of models.
/// `in_use`: the model that is asked for now, offered even where the library does not know it.
PromptChoices read_choices(std::filesystem::path const& library, std::filesystem::path const& starter,
    std::filesystem::path const& in_use);

}
