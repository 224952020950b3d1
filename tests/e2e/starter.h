// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the end-to-end tests share: the starter model and short runs of it.

#include "tests/app/process.h"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace igneous::test {

/// The starter model; the test is skipped where it, or a Vulkan driver, is missing.
std::filesystem::path require_starter();

/// `igneous generate` with few steps of a small picture; `more` comes behind and wins nothing: give an option once.
std::vector<std::string> short_run(std::string const& out, std::vector<std::string> const& more = {});

/// A copy of the starter model whose weights of `part` may be changed.
void copy_model(std::filesystem::path const& to);

/// The objects of --json output, by their one key.
std::vector<nlohmann::json> objects(ProcessResult const& result);
/// The first object with that key; fails the test where there is none.
nlohmann::json object(ProcessResult const& result, std::string const& key);

}
