// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where pictures go.

#include <filesystem>
#include <string>
#include <string_view>

namespace igneous {

/// "A snowy lake, 2 trees" -> "a-snowy-lake-2-trees": ASCII letters and digits, at most 48; "" where the text has none.
std::string slug(std::string_view prompt);

class OutputNames {
public:
    /// `out`: empty, a folder, or a file whose name may hold {index} and {seed}. Throws invalid_argument for a name
    /// that is no .png, or whose folder is missing or cannot be written.
    OutputNames(std::string const& out, std::string_view prompt, int batch);

    /// The name of picture `index` (from 0). With `chosen()` false, `attempt` 0, 1, 2... gives name.png, name-2.png,
    /// ...
    std::filesystem::path name(int index, std::uint64_t seed, int attempt) const;
    /// Whether the user chose the name: it may then be overwritten.
    bool chosen() const { return m_chosen; }

private:
    std::filesystem::path m_folder;
    std::string m_pattern, m_slug;         // file name without folder
    bool m_chosen = false;
};

}
