// SPDX-License-Identifier: Apache-2.0
#pragma once

// SHA-256 of whole models, by which recipes and model sites name them. It takes long and may wait: one file after the
// other, the smallest first, each written down as it is done; stopped at any moment, it goes on with the same file.

#include "app/library/library_store.h"

#include <functional>
#include <stop_token>

namespace igneous {

struct FileHashes {
    std::string sha256;
    std::string tensors;                   // of what lies behind a safetensors header: AutoV3 is its beginning
};

enum class HashTensors { no, yes };

/// Nothing where it was stopped, or the file cannot be read. `progress` gets the bytes done so far.
std::optional<FileHashes> hash_file(std::filesystem::path const& file, HashTensors tensors, std::stop_token stop = {},
    std::function<void(std::uint64_t)> const& progress = {});

struct HashProgress {
    std::filesystem::path file;            // being read
    std::uint64_t done = 0, size = 0;      // its bytes
    LibraryStore::ToHash left;             // with it
};

struct HashOptions {
    std::stop_token stop;
    std::function<void(HashProgress const&)> progress;
    /// Asked before each file: which to take before the others (those in view). Absent: the smallest.
    std::function<std::vector<std::int64_t>()> first;
};

/// Hashes every model that has none; the number of those it hashed.
std::int64_t hash_library(LibraryStore& store, HashOptions const& options = {});

}
