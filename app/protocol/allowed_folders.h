// SPDX-License-Identifier: Apache-2.0
#pragma once

// The folders that a worker was started for: models from these, jobs in that one. A request for another place is refused
// with a sentence, before the confinement would refuse it with "permission denied".

#include <filesystem>
#include <vector>

namespace igneous {

class AllowedFolders {
public:
    /// No folders: any will do.
    explicit AllowedFolders(std::vector<std::filesystem::path> const& folders);

    bool any() const { return m_any; }
    bool allow(std::filesystem::path const& path) const;
    /// The folders without links and "..", and where the links in them lead to: model folders of download caches are
    /// nothing but links to files elsewhere.
    std::vector<std::filesystem::path> with_links() const;

private:
    bool m_any;
    std::vector<std::filesystem::path> m_folders;
};

}
