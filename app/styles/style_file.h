// SPDX-License-Identifier: Apache-2.0
#pragma once

// Styles on the disk: those that come with the program, and data_folder()/styles.json with what the user made of them.

#include "app/styles/style.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

/// {"styles": [{"name", "prompt", "negative_prompt"}]}. Entries that are none are left out. Throws file_damaged for
/// text that is no such thing.
std::vector<Style> styles_from_json(std::string_view text);
std::string to_json(std::vector<Style> const& styles);

/// Of A1111's styles.csv. Lines without prompts, which name groups there, are left out, as is a name that comes again.
/// Throws invalid_argument for another table.
std::vector<Style> styles_from_csv(std::string_view text);

struct ReadStyles {
    std::vector<Style> styles;
    std::string notice;                    // for the user: the file was damaged, and where it is kept now
};

/// The file's styles, or `shipped` where there is none yet. A damaged file is set aside.
ReadStyles read_styles(std::filesystem::path const& file, std::vector<Style> const& shipped);
/// Throws disk_full or invalid_argument.
void write_styles(std::filesystem::path const& file, std::vector<Style> const& styles);

}
