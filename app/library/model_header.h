// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a model file says about itself before its weights begin: the names, shapes and types of its tensors and the
// texts beside them. Reads safetensors, GGUF and PyTorch checkpoints (zip or the older format), told apart by their
// bytes and not by their names; of a file of many gigabytes only the header is read. Nothing in a file is believed
// before it is checked, and pickles are taken apart as data: nothing in them is ever called.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

struct HeaderTensor {
    std::string name;
    std::string_view type;                 // "F16", "F8_E4M3", "Q4_K"...: lives as long as the program
    std::vector<std::int64_t> shape;       // outermost first, as PyTorch has it
    std::uint64_t begin = 0, end = 0;      // bytes behind data_start; equal where the format does not say
    std::int64_t elements() const;
};

enum class HeaderFormat { safetensors, gguf, pickle };

struct ModelHeader {
    HeaderFormat format = HeaderFormat::safetensors;
    std::vector<HeaderTensor> tensors;     // sorted by name
    std::map<std::string, std::string, std::less<>> metadata;
    std::vector<std::string> warnings;     // for the user: what a pickle would call, say
    std::uint64_t data_start = 0;

    HeaderTensor const* find(std::string_view name) const;
    /// The first tensor whose name begins with `prefix`.
    HeaderTensor const* first_with(std::string_view prefix) const;
};

std::string_view name_of(HeaderFormat format);

/// Throws file_missing when it cannot be opened, file_damaged with what is wrong there (for a person, without the
/// file's name), unsupported_model when it is no model file of these formats.
ModelHeader read_model_header(std::filesystem::path const& file);

/// A part of a file, checked against its size.
class HeaderReader {
public:
    explicit HeaderReader(std::filesystem::path const& file);
    ~HeaderReader();
    HeaderReader(HeaderReader const&) = delete;
    std::uint64_t size() const { return m_size; }
    /// Throws file_damaged ("is cut off...") where the file does not hold them.
    void read(std::uint64_t offset, std::span<char> bytes);
    std::string read(std::uint64_t offset, std::uint64_t count);

private:
    struct Stream;
    std::unique_ptr<Stream> m_stream;
    std::uint64_t m_size = 0;
};

// The formats; each throws as read_model_header does.
ModelHeader read_safetensors_header(HeaderReader& file);
ModelHeader read_gguf_header(HeaderReader& file);
ModelHeader read_zip_pickle_header(HeaderReader& file);
ModelHeader read_old_pickle_header(HeaderReader& file);

/// Little-endian, as all of these formats are.
template<class T>
T little_endian(char const* bytes)
{
    T value = 0;
    for (std::size_t i = sizeof(T); i-- > 0;)
        value = static_cast<T>(static_cast<std::uint64_t>(value) << 8 | static_cast<unsigned char>(bytes[i]));
    return value;
}

/// Text from a file as it may be shown: short, and without what is not printable.
std::string shown(std::string_view text);

}
