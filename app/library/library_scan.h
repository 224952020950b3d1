// SPDX-License-Identifier: Apache-2.0
#pragma once

// Brings the library up to date with the disk: what is new or has changed is read, by several threads, what is as it
// was is left alone, what was moved or renamed is recognised by its content and keeps its notes and hashes.

#include "app/library/library_store.h"

#include <functional>
#include <stop_token>

namespace igneous {

struct ScanProgress {
    std::int64_t read = 0, to_read = 0;
};

struct ScanOptions {
    std::vector<std::filesystem::path> folders;   // watched ones; empty: all
    std::stop_token stop;                         // what was read until then is kept
    std::function<void(ScanProgress)> progress;   // on the caller's thread
};

struct ScanReport {
    std::int64_t models = 0;               // on the disk now
    std::int64_t added = 0, changed = 0, moved = 0, gone = 0, away = 0;
    std::vector<std::filesystem::path> folders;   // that were walked: to be watched
    bool any_change() const { return added + changed + moved + gone + away > 0; }
};

ScanReport scan_library(LibraryStore& store, ScanOptions const& options = {});

/// Tells apart files of one size without reading them whole: of their beginning, middle and end.
std::int64_t fingerprint_of(std::filesystem::path const& file, std::uint64_t size);

}
