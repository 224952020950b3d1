// SPDX-License-Identifier: Apache-2.0
#include "app/library/model_header.h"

#include "models/api/error.h"

#include <algorithm>
#include <fstream>

namespace igneous {

std::int64_t HeaderTensor::elements() const
{
    std::int64_t count = 1;
    for (std::int64_t extent : shape)
        count *= extent;
    return count;
}

std::string_view name_of(HeaderFormat format)
{
    switch (format) {
    case HeaderFormat::safetensors: return "safetensors";
    case HeaderFormat::gguf: return "gguf";
    case HeaderFormat::pickle: return "pickle";
    }
    return {};
}

HeaderTensor const* ModelHeader::find(std::string_view name) const
{
    HeaderTensor const* tensor = first_with(name);
    return tensor && tensor->name == name ? tensor : nullptr;
}

HeaderTensor const* ModelHeader::first_with(std::string_view prefix) const
{
    auto const at = std::ranges::lower_bound(tensors, prefix, {}, &HeaderTensor::name);
    return at != tensors.end() && at->name.starts_with(prefix) ? &*at : nullptr;
}

std::string shown(std::string_view text)
{
    constexpr std::size_t most = 120;
    std::string out;
    for (char c : text.substr(0, most))
        out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    return text.size() > most ? out + "..." : out;
}

struct HeaderReader::Stream {
    std::ifstream file;
};

HeaderReader::HeaderReader(std::filesystem::path const& file)
    : m_stream(std::make_unique<Stream>(std::ifstream(file, std::ios::binary | std::ios::ate)))
{
    auto const end = m_stream->file.tellg();
    if (!m_stream->file || end < 0)
        fail(ErrorCode::file_missing, "cannot be opened (is it there, and may you read it?)");
    m_size = static_cast<std::uint64_t>(end);
}

HeaderReader::~HeaderReader() = default;

void HeaderReader::read(std::uint64_t offset, std::span<char> bytes)
{
    if (offset > m_size || bytes.size() > m_size - offset)
        fail(ErrorCode::file_damaged, "is cut off: bytes {} to {} are needed, there are {}", offset,
            offset + bytes.size(), m_size);
    m_stream->file.clear();
    m_stream->file.seekg(static_cast<std::streamoff>(offset));
    m_stream->file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!m_stream->file)
        fail(ErrorCode::file_damaged, "cannot be read at byte {}: the disk does not give its data", offset);
}

std::string HeaderReader::read(std::uint64_t offset, std::uint64_t count)
{
    if (offset > m_size || count > m_size - offset)            // before a liar gets memory
        fail(ErrorCode::file_damaged, "is cut off: {} bytes are needed at byte {}, the file has {}", count, offset,
            m_size);
    std::string bytes(count, '\0');
    read(offset, std::span<char>(bytes));
    return bytes;
}

ModelHeader read_model_header(std::filesystem::path const& path)
{
    HeaderReader file(path);
    if (file.size() == 0)
        fail(ErrorCode::file_damaged, "is empty");
    std::string const start = file.read(0, std::min<std::uint64_t>(file.size(), 32));
    ModelHeader header;
    if (start.starts_with("GGUF"))
        header = read_gguf_header(file);
    else if (start.starts_with("PK\3\4"))
        header = read_zip_pickle_header(file);
    else if (start.starts_with("\x80\x02") || start.starts_with("\x80\x03") || start.starts_with("\x80\x04"))
        header = read_old_pickle_header(file);
    else if (start.starts_with("version https://git-lfs"))
        fail(ErrorCode::file_damaged, "is a Git LFS pointer: the file itself was never fetched");
    else if (start.starts_with('<'))
        fail(ErrorCode::file_damaged, "is a web page, not a model: the download went wrong");
    else if (start.find_first_not_of('\0') == start.npos)
        fail(ErrorCode::file_damaged, "begins with zeros: the download never finished");
    else if (start.size() > 8 && start[8] == '{')
        header = read_safetensors_header(file);
    else
        fail(ErrorCode::unsupported_model, "is no safetensors, GGUF or PyTorch file");
    std::ranges::sort(header.tensors, {}, &HeaderTensor::name);
    return header;
}

}
