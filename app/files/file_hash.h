// SPDX-License-Identifier: Apache-2.0
#pragma once

// SHA-256 of whole files, as model sites and recipes name them (AutoV2 is its first ten digits).

#include <filesystem>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>

namespace igneous {

/// 64 lower-case hexadecimal digits; empty when `stop` was asked. Throws file_missing or file_damaged where the file cannot
/// be read.
std::string sha256_of(std::filesystem::path const& file, std::stop_token stop = {});

/// Hashes that were computed before, by path, size and time of the last change. Kept in a file, which may be removed at any
/// time and which several processes may share. For several threads.
class HashBook {
public:
    /// `kept`: the book's own file, whose folder need not exist; empty: in memory only.
    explicit HashBook(std::filesystem::path kept = {});
    /// As sha256_of(), at once where neither size nor time changed since.
    std::string hash_of(std::filesystem::path const& file, std::stop_token stop = {});

private:
    struct Entry {
        std::uintmax_t size = 0;
        std::int64_t changed = 0;
        std::string hash;
    };
    using Entries = std::map<std::string, Entry>;
    Entries read() const;
    void keep(std::string const& name, Entry const& entry);

    std::filesystem::path m_kept;
    std::mutex m_mutex;
    Entries m_entries;
};

}
