// SPDX-License-Identifier: Apache-2.0
#pragma once

// Disks as tests need them: one that is full, one that is another.

#include <filesystem>
#include <optional>
#include <sys/resource.h>

namespace igneous::test {

/// While it lives, no file of this process grows beyond `bytes`.
class SmallDisk {
public:
    explicit SmallDisk(rlim_t bytes);
    ~SmallDisk();
    SmallDisk(SmallDisk const&) = delete;

private:
    rlimit m_before {};
};

/// A folder on another file system than temporary folders, gone with the object.
class OtherDisk {
public:
    OtherDisk();
    ~OtherDisk();
    OtherDisk(OtherDisk const&) = delete;
    /// Nothing where there is only one.
    std::optional<std::filesystem::path> const& path() const { return m_path; }

private:
    std::optional<std::filesystem::path> m_path;
};

}
