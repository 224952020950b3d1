// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where pictures go.

#include "app/files/picture_names.h"
#include "app/picture/picture.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace igneous {

class OutputNames {
public:
    /// `out`: empty, a folder, or a file whose name may hold {index} and {seed}. Throws invalid_argument for a name
    /// that is no .png, .jpg or .webp, or whose folder is missing or cannot be written.
    OutputNames(std::string const& out, std::string_view prompt, int batch);

    /// The name of picture `index` (from 0). With `chosen()` false, `attempt` 0, 1, 2... gives name.png, name-2.png,
    /// ...
    std::filesystem::path name(int index, std::uint64_t seed, int attempt) const;
    /// Whether the user chose the name: it may then be overwritten.
    bool chosen() const { return m_chosen; }
    PictureFormat format() const { return m_format; }

private:
    std::filesystem::path m_folder;
    std::string m_pattern, m_slug;         // file name without folder
    PictureFormat m_format = PictureFormat::png;
    bool m_chosen = false;
};

}
