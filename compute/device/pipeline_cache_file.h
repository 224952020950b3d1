// SPDX-License-Identifier: Apache-2.0
#pragma once

// The driver's pipeline cache on disk: one file per device, driver and set of shaders. It is a help only: what is missing,
// damaged or cannot be written is passed over.

#include "compute/device/context.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace igneous {

class PipelineCacheFile {
public:
    PipelineCacheFile(Context const& context, std::string const& folder);

    /// What was stored for this device, driver and these shaders; empty if there is nothing sound.
    std::vector<std::byte> load() const;
    /// Writes aside, then renames; older files of this device go.
    void store(std::span<std::byte const> data) const;

    std::filesystem::path const& path() const { return m_path; }

private:
    bool is_for_this_driver(std::span<std::byte const> data) const;

    VkPhysicalDeviceProperties m_properties {};
    std::string m_prefix;
    std::filesystem::path m_path;   // empty: the user has no cache folder
};

/// $XDG_CACHE_HOME/igneous, ~/.cache/igneous, on Windows %LOCALAPPDATA%\igneous\cache; empty if none is known.
std::filesystem::path user_cache_folder();

}
