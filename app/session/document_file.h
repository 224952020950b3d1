// SPDX-License-Identifier: Apache-2.0
#pragma once

// .igneous files: a zip that any program opens. In it document.json, which says what the layers are, and their pixels
// as PNG, a large layer in pieces. Nothing in it is packed twice, and equal documents are equal files. From a damaged
// one everything that is whole is read; what is not is said.

#include "app/session/document.h"

#include <cstddef>
#include <filesystem>
#include <span>

namespace igneous {

struct DocumentLimits {
    std::uint64_t file_bytes = std::uint64_t { 16 } << 30;
    std::uint64_t pixel_bytes = std::uint64_t { 8 } << 30; // of all layers together, unpacked
    std::uint64_t json_bytes = 64u << 20;
};

struct ReadDocument {
    Document document;                     // its file is empty
    std::vector<std::string> notes;        // what was lost, a sentence each
};

std::vector<std::byte> document_bytes(Document const& document);
/// Throws file_damaged where not even document.json can be read, unsupported_model for a newer version's file. `who` is
/// what messages call it.
ReadDocument read_document(std::span<std::byte const> bytes, std::string_view who, DocumentLimits const& limits = {});

/// Whole or not at all. Throws disk_full or invalid_argument.
void write_document(Document const& document, std::filesystem::path const& file);
/// As above, and file_missing.
ReadDocument read_document(std::filesystem::path const& file, DocumentLimits const& limits = {});

}
