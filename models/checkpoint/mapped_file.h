// SPDX-License-Identifier: Apache-2.0
#pragma once

// A file as read-only memory: weights are used where they lie, nothing is copied.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace igneous {

class MappedFile {
public:
    /// Maps the whole file. Throws file_missing when it is not there or cannot be opened.
    static std::shared_ptr<MappedFile const> open(std::filesystem::path const& path);
    ~MappedFile();
    MappedFile(MappedFile const&) = delete;
    MappedFile& operator=(MappedFile const&) = delete;

    std::span<std::byte const> bytes() const { return m_bytes; }
    std::filesystem::path const& path() const { return m_path; }

private:
    MappedFile() = default;
    std::filesystem::path m_path;
    std::span<std::byte const> m_bytes;
};

}
