// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is kept on disk to start quicker: one file per kind, device, driver and set of shaders. It is a help only: what
// is missing, damaged or cannot be written is passed over.

#include "compute/device/physical_device.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

class CacheFile {
public:
    /// `kind`: the first word of the file's name. `folder` empty: the user's cache folder.
    CacheFile(PhysicalDevice const& device, std::string const& folder, std::string_view kind);

    /// What was stored for this device, driver and these shaders; empty if there is nothing sound.
    std::vector<std::byte> load() const;
    bool exists() const;
    std::filesystem::path const& path() const { return m_path; }
    /// Writes aside, then renames; older files of this kind and device go.
    void store(std::span<std::byte const> data) const;

private:
    std::string m_prefix;
    std::filesystem::path m_path;   // empty: the user has no cache folder
};

/// FNV-1a, eight bytes at a time.
std::uint64_t hash_bytes(std::span<std::byte const> bytes, std::uint64_t hash = 0xcbf29ce484222325ull);

/// $XDG_CACHE_HOME/igneous, ~/.cache/igneous, on Windows %LOCALAPPDATA%\igneous\cache; empty if none is known.
std::filesystem::path user_cache_folder();

}
