// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where other programs keep their models on this machine, so that nobody copies gigabytes: ComfyUI (with the folders of
// its extra_model_paths.yaml), AUTOMATIC1111 and Forge, InvokeAI. They are recognised by what lies in their folders,
// and read where they stand; nothing of theirs is ever changed.

#include "app/library/model_facts.h"

#include <filesystem>
#include <optional>

namespace igneous {

struct ProgramFolder {
    std::string program; // "ComfyUI", "AUTOMATIC1111", "InvokeAI"
    std::filesystem::path folder; // its models: to be watched
};

/// What `folder` is the home of; empty when of none.
std::vector<ProgramFolder> program_folders(std::filesystem::path const& folder);

/// Looks at the usual places: the home folder and the folders in it and in its Documents, Downloads, AI and the like.
std::vector<ProgramFolder> find_programs(std::filesystem::path const& home);

/// The folder's name in the layout of any of the programs: what kind of file belongs there ("loras",
/// "Stable-diffusion").
std::optional<ModelType> type_of_folder_name(std::string const& name);

/// Where a file of `type` should rather lie, when it lies below `root` in a folder for another type; empty when it is
/// right or nobody can tell.
std::filesystem::path better_folder(
    std::filesystem::path const& root, std::filesystem::path const& file, ModelType type);

}
