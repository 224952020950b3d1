// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a model is at its best with, where the user says nothing: as its folder states it, or as its family is used.

#include <expected>
#include <filesystem>
#include <string>

namespace igneous {

struct ModelDefaults {
    int width = 0, height = 0;             // pixels
    int steps = 0;
    double cfg = 0;
    bool operator==(ModelDefaults const&) const = default;
};

/// Reads the folder's configs, no weights; else says why this engine cannot run what lies there, as a sentence.
std::expected<ModelDefaults, std::string> model_defaults(std::filesystem::path const& model);

}
