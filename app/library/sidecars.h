// SPDX-License-Identifier: Apache-2.0
#pragma once

// The files that other programs put beside a model: a preview picture, and what its page on the web or its user said
// about it (name.civitai.info, name.json, name.metadata.json, name.txt). They add to what the model's own header says.

#include "app/library/model_facts.h"

#include <filesystem>
#include <set>
#include <span>

namespace igneous {

struct Sidecars {
    std::string preview;                   // file names in the model's folder; empty: there is none
    std::vector<std::string> notes;        // in the order in which they are believed
};

/// Those of `model` among the names of its folder.
Sidecars find_sidecars(std::string const& model, std::set<std::string, std::less<>> const& names);

/// Adds what the notes say: words of people where they say it (trigger words, title), the base where it is not known.
/// A note that is damaged or huge is left alone. `note` gets the user's own words in A1111's files, when it is empty.
void read_sidecars(std::filesystem::path const& folder, Sidecars const& sidecars, ModelFacts& facts, std::string& note);

/// Where a preview lies that goes before all others: "name.preview.png" beside a file, "preview.png" inside a folder.
std::filesystem::path first_preview(std::filesystem::path const& model);

/// What a preview may be: "name" + one of these.
std::span<std::string_view const> preview_endings();

}
