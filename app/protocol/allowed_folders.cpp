// SPDX-License-Identifier: Apache-2.0
#include "app/protocol/allowed_folders.h"

#include <algorithm>

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr int deepest_link = 4, most_entries = 20000;

fs::path real(fs::path const& path)
{
    std::error_code error;
    fs::path found = fs::weakly_canonical(fs::absolute(path, error), error);
    if (error)
        found = path.lexically_normal();
    return found.has_filename() ? found : found.parent_path();
}

bool lies_in(fs::path const& path, fs::path const& folder)
{
    return std::ranges::mismatch(folder, path).in1 == folder.end();
}

}

AllowedFolders::AllowedFolders(std::vector<fs::path> const& folders)
    : m_any(folders.empty())
{
    std::ranges::transform(folders, std::back_inserter(m_folders), real);
}

bool AllowedFolders::allow(fs::path const& path) const
{
    fs::path const place = real(path);
    return m_any || std::ranges::any_of(m_folders, [&](fs::path const& folder) { return lies_in(place, folder); });
}

std::vector<fs::path> AllowedFolders::with_links() const
{
    std::vector<fs::path> all = m_folders;
    int entries = 0;
    for (fs::path const& folder : m_folders) {
        std::error_code error;
        fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error);
        for (; !error && entry != fs::recursive_directory_iterator() && ++entries < most_entries; entry.increment(error)) {
            if (entry.depth() >= deepest_link)
                entry.disable_recursion_pending();
            if (entry->is_symlink(error) && !error)
                all.push_back(real(entry->path()));
            error.clear();
        }
    }
    return all;
}

}
