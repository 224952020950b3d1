// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whole files in and out. A file is written aside, brought to the disk and renamed: readers see the old file or the
// whole new one, and nothing is left behind when the disk is full.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace igneous {

/// Throws file_missing when it cannot be opened, file_damaged when it is larger than `limit` or cannot be read.
std::vector<std::byte> read_file(std::filesystem::path const& path, std::uint64_t limit);

/// Whether a file that is there already may be replaced.
enum class Existing { replace, keep };

/// Whether the file was written: false only where it exists and must be kept. Throws disk_full, or invalid_argument
/// where the folder is missing or forbids it.
bool write_file(
    std::filesystem::path const& path, std::span<std::byte const> bytes, Existing existing = Existing::replace);

/// Moves a file to a name that is free, whole or not at all, also to another file system. False, with nothing changed,
/// where the name is taken. A process that is killed on the way leaves the file in its old place, its new place or
/// both. Throws file_missing where there is nothing to move, else as write_file().
bool move_file(std::filesystem::path const& from, std::filesystem::path const& to);

/// Removes what a killed process left beside `path` while it wrote it.
void remove_unfinished(std::filesystem::path const& path);

/// Throws invalid_argument, with what to do, unless files can be made in `folder`: to be asked before long work.
void require_writable_folder(std::filesystem::path const& folder);

}
