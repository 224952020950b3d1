// SPDX-License-Identifier: Apache-2.0
#pragma once

// A file that only grows, piece by piece: a piece is there whole or not at all, also when the disk is full.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace igneous {

class GrowingFile {
public:
    /// A new and empty file; one that is there is replaced. Throws disk_full or invalid_argument.
    static GrowingFile create(std::filesystem::path const& path);
    /// Goes on after the first `size` bytes of a file that is there; what lies behind them is cut off.
    static GrowingFile continue_after(std::filesystem::path const& path, std::uint64_t size);
    ~GrowingFile();
    GrowingFile(GrowingFile&& other) noexcept;
    GrowingFile& operator=(GrowingFile&& other) noexcept;

    /// Throws disk_full, with the file as it was before.
    void append(std::span<std::byte const> bytes);
    /// Returns when what was appended would outlast a power cut. Throws disk_full when the system cannot promise that;
    /// the file's end is then uncertain and it should be written anew.
    void sync();
    std::uint64_t size() const { return m_size; }

private:
    GrowingFile(int file, std::uint64_t size)
        : m_file(file)
        , m_size(size)
    {
    }
    int m_file = -1;
    std::uint64_t m_size = 0;
};

/// Gives a file another's name, in one step: readers see the old one or the new one. Returns when that would outlast a
/// power cut. Throws disk_full or invalid_argument.
void replace_file(std::filesystem::path const& from, std::filesystem::path const& to);

/// "journal.damaged-1" beside "journal", or the first such number that is free.
std::filesystem::path name_for_damaged(std::filesystem::path const& file);

}
