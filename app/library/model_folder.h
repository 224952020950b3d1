// SPDX-License-Identifier: Apache-2.0
#pragma once

// A model as a folder in the layout of diffusers: model_index.json names its parts, each in a folder of its own with a
// config.json and its weights. The folder is one model in the library; what is missing of it is named.

#include "app/library/model_facts.h"

#include <filesystem>

namespace igneous {

struct ModelFolder {
    ModelFacts facts;
    std::uint64_t size = 0;                // bytes of the weights
};

bool is_model_folder(std::filesystem::path const& folder);

/// What is wrong with it lies in the facts: damage where model_index.json cannot be read, missing_parts otherwise.
ModelFolder recognise_folder(std::filesystem::path const& folder);

/// Of "name-00002-of-00003.safetensors": the names of the others that do not lie in `folder`. Empty for other names.
std::vector<std::string> missing_shards(std::filesystem::path const& folder, std::string const& name);

}
