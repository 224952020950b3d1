// SPDX-License-Identifier: Apache-2.0
#pragma once

// safetensors files: 8 bytes with the length of a JSON header, the header, then the tensors' bytes without gaps
// (https://github.com/huggingface/safetensors). Nothing in a file is believed before it is checked: lengths against the
// file's size, shapes against byte ranges, ranges against each other.

#include "compute/graph/graph.h"
#include "compute/tensor/host_tensor.h"
#include "models/checkpoint/mapped_file.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace igneous {

struct SafetensorsEntry {
    std::string name;
    std::string dtype_text;            // as the file spells it: "F16", "F8_E4M3"...
    std::optional<DType> dtype;        // absent: a type the engine does not compute with
    Shape shape;
    std::span<std::byte const> bytes;  // inside the mapped file
};

/// A checked safetensors file, mapped into memory.
class SafetensorsFile {
public:
    /// Throws file_missing, or file_damaged with the place and what is wrong there.
    static SafetensorsFile open(std::filesystem::path const& path);

    std::filesystem::path const& path() const { return m_file->path(); }
    /// In the order of the file's bytes.
    std::vector<SafetensorsEntry> const& entries() const { return m_entries; }
    std::map<std::string, std::string> const& metadata() const { return m_metadata; }
    SafetensorsEntry const* find(std::string_view name) const;
    /// A copy of a tensor. Throws invalid_argument, with the names there are, when the file has none of that name.
    HostTensor read(std::string_view name) const;
    /// Keeps the mapping alive for those who hold `bytes`.
    std::shared_ptr<void const> owner() const { return m_file; }

private:
    std::shared_ptr<MappedFile const> m_file;
    std::vector<SafetensorsEntry> m_entries;
    std::map<std::string, std::size_t, std::less<>> m_by_name;
    std::map<std::string, std::string> m_metadata;
};

using NamedTensors = std::map<std::string, HostTensor, std::less<>>;

/// Every tensor of a file, in memory.
NamedTensors read_tensors(std::filesystem::path const& path);

/// Writes a file aside, then renames it: readers see the old file or the whole new one. Throws disk_full when it cannot
/// be written; nothing is left behind then.
void write_safetensors(std::filesystem::path const& path, NamedTensors const& tensors,
    std::map<std::string, std::string> const& metadata = {});

}
