// SPDX-License-Identifier: Apache-2.0
#pragma once

// Zip archives in memory, as .igneous files need them: named pieces that are stored as they are.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct zip;
struct zip_source;

namespace igneous {

class ZipWriter {
public:
    ZipWriter();
    ~ZipWriter();
    ZipWriter(ZipWriter const&) = delete;
    ZipWriter& operator=(ZipWriter const&) = delete;
    void add(std::string const& name, std::vector<std::byte> bytes);
    /// The whole archive. Nothing can be added behind it.
    std::vector<std::byte> finish();

private:
    zip_source* m_source = nullptr;
    zip* m_archive = nullptr;
    std::map<std::string, std::vector<std::byte>> m_kept;  // until finish()
};

class ZipReader {
public:
    /// The bytes must outlive the reader. Where the directory at the archive's end is damaged or cut off, the pieces
    /// before it are looked for one by one: is_damaged(). Throws file_damaged where none is found.
    ZipReader(std::span<std::byte const> bytes, std::string_view who);
    ~ZipReader();
    ZipReader(ZipReader const&) = delete;
    ZipReader& operator=(ZipReader const&) = delete;
    bool is_damaged() const { return !m_archive; }
    /// Nothing where there is no such piece, it is larger than `limit` or its checksum is wrong.
    std::optional<std::vector<std::byte>> read(std::string const& name, std::uint64_t limit) const;

private:
    void find_pieces();

    std::span<std::byte const> m_bytes;
    zip* m_archive = nullptr;
    std::map<std::string, std::span<std::byte const>, std::less<>> m_found;    // without a directory
};

}
