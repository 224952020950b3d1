// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where things that come with the program lie, and where it keeps what it makes.

#include <filesystem>
#include <string>

namespace igneous {

/// The starter model: IGNEOUS_STARTER, else beside the installed program (../share/igneous/starter), else in the source
/// tree this was built from. Throws file_missing that says to give --model.
std::filesystem::path starter_model();

/// The LoRAs that come with the starter model: "starter-lora" beside it; empty where there are none.
std::filesystem::path starter_loras();

/// CLIP's published merges for model folders without a tokenizer: IGNEOUS_CLIP_VOCABULARY, else beside the installed
/// program, else what the build found; empty where there is none.
std::filesystem::path clip_vocabulary();

/// What the program keeps between runs (queue, gallery, library, settings): IGNEOUS_DATA, else "igneous" where the system
/// has such folders (~/.local/share, ~/Library/Application Support, %LOCALAPPDATA%). Need not exist yet. Throws
/// file_missing where the system names none.
std::filesystem::path data_folder();

std::string utf8_name(std::filesystem::path const& path);
std::filesystem::path path_from_utf8(std::string const& text);

}
