// SPDX-License-Identifier: Apache-2.0
// The rules of docs/architecture.md on who may include whom, as a function on one file's text. Kept apart from the walk
// over the tree so that the rules themselves are tested.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace igneous::architecture {

struct Offence {
    int line;
    std::string what;
};

/// What is wrong with the includes of the file at `path` (relative to the repository's root, '/' between folders).
/// Folders without a rule, such as tests/, may include anything.
std::vector<Offence> check_includes(std::string_view path, std::string_view text);

/// The repository paths that a Markdown text names in backticks, with their lines. Code blocks, patterns such as
/// `models/families/<name>` and what is no path at all are left out; `top_folders` says what a path may begin with.
std::vector<Offence> named_paths(std::string_view markdown, std::vector<std::string> const& top_folders);

}
