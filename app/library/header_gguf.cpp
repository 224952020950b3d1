// SPDX-License-Identifier: Apache-2.0
#include "app/library/model_header.h"

#include "models/api/error.h"

#include <algorithm>
#include <array>
#include <bit>
#include <format>

namespace igneous {

namespace {

constexpr std::uint64_t header_limit = 256u << 20;             // vocabularies of language models lie in it
constexpr std::uint64_t most_tensors = 1u << 20, most_elements = std::uint64_t(1) << 50;

struct GgmlType {
    std::uint32_t id;
    std::string_view name;
    std::uint64_t block, bytes;                                // elements and bytes of a block
};
constexpr GgmlType ggml_types[] = { { 0, "F32", 1, 4 }, { 1, "F16", 1, 2 }, { 2, "Q4_0", 32, 18 },
    { 3, "Q4_1", 32, 20 }, { 6, "Q5_0", 32, 22 }, { 7, "Q5_1", 32, 24 }, { 8, "Q8_0", 32, 34 }, { 9, "Q8_1", 32, 36 },
    { 10, "Q2_K", 256, 84 }, { 11, "Q3_K", 256, 110 }, { 12, "Q4_K", 256, 144 }, { 13, "Q5_K", 256, 176 },
    { 14, "Q6_K", 256, 210 }, { 15, "Q8_K", 256, 292 }, { 16, "IQ2_XXS", 256, 66 }, { 17, "IQ2_XS", 256, 74 },
    { 18, "IQ3_XXS", 256, 98 }, { 19, "IQ1_S", 256, 50 }, { 20, "IQ4_NL", 32, 18 }, { 21, "IQ3_S", 256, 110 },
    { 22, "IQ2_S", 256, 82 }, { 23, "IQ4_XS", 256, 136 }, { 24, "I8", 1, 1 }, { 25, "I16", 1, 2 }, { 26, "I32", 1, 4 },
    { 27, "I64", 1, 8 }, { 28, "F64", 1, 8 }, { 29, "IQ1_M", 256, 56 }, { 30, "BF16", 1, 2 }, { 34, "TQ1_0", 256, 54 },
    { 35, "TQ2_0", 256, 66 }, { 39, "MXFP4", 32, 17 } };

/// Reads forwards in blocks, so that a header of small fields costs few reads.
class Fields {
public:
    explicit Fields(HeaderReader& file)
        : m_file(file)
    {}
    template<class T>
    T number()
    {
        std::array<char, sizeof(T)> bytes {};
        take(bytes);
        return little_endian<T>(bytes.data());
    }
    std::string text()
    {
        auto const length = number<std::uint64_t>();
        if (length > 1u << 24)
            fail(ErrorCode::file_damaged, "has a text of {} bytes in its header", length);
        check(length);
        std::string text(length, '\0');
        take(text);
        return text;
    }
    void skip(std::uint64_t bytes)
    {
        check(bytes);
        m_at += bytes;
    }
    std::uint64_t at() const { return m_at; }
    void check(std::uint64_t bytes) const
    {
        if (bytes > m_file.size() - m_at)
            fail(ErrorCode::file_damaged, "is cut off within its header");
        if (m_at + bytes > header_limit)
            fail(ErrorCode::file_damaged, "has a header of more than {} MiB", header_limit >> 20);
    }

private:
    void take(std::span<char> out)
    {
        check(out.size());
        for (std::size_t done = 0; done < out.size();) {
            if (m_at < m_block_at || m_at >= m_block_at + m_block.size()) {
                m_block_at = m_at;
                m_block = m_file.read(m_at, std::min<std::uint64_t>(1u << 16, m_file.size() - m_at));
            }
            std::size_t const from = m_at - m_block_at, count = std::min(out.size() - done, m_block.size() - from);
            std::copy_n(m_block.begin() + static_cast<std::ptrdiff_t>(from), count,
                out.begin() + static_cast<std::ptrdiff_t>(done));
            done += count;
            m_at += count;
        }
    }

    HeaderReader& m_file;
    std::string m_block;
    std::uint64_t m_block_at = 0, m_at = 0;
};

enum ValueType : std::uint32_t { u8, i8, u16, i16, u32, i32, f32, boolean, string, array, u64, i64, f64 };

std::uint64_t bytes_of(std::uint32_t type)
{
    switch (type) {
    case u8:
    case i8:
    case boolean: return 1;
    case u16:
    case i16: return 2;
    case u32:
    case i32:
    case f32: return 4;
    case u64:
    case i64:
    case f64: return 8;
    default: fail(ErrorCode::file_damaged, "has a value of the unknown type {} in its header", type);
    }
}

/// The value as text; empty for arrays, which are only stepped over.
std::string read_value(Fields& fields, std::uint32_t type)
{
    switch (type) {
    case string: return fields.text();
    case u8:
    case boolean: return std::to_string(fields.number<std::uint8_t>());
    case i8: return std::to_string(fields.number<std::int8_t>());
    case u16: return std::to_string(fields.number<std::uint16_t>());
    case i16: return std::to_string(fields.number<std::int16_t>());
    case u32: return std::to_string(fields.number<std::uint32_t>());
    case i32: return std::to_string(fields.number<std::int32_t>());
    case u64: return std::to_string(fields.number<std::uint64_t>());
    case i64: return std::to_string(fields.number<std::int64_t>());
    case f32: return std::format("{}", std::bit_cast<float>(fields.number<std::uint32_t>()));
    case f64: return std::format("{}", std::bit_cast<double>(fields.number<std::uint64_t>()));
    case array: break;
    default: bytes_of(type);
    }
    auto const of = fields.number<std::uint32_t>();
    auto const count = fields.number<std::uint64_t>();
    if (of == array)
        fail(ErrorCode::file_damaged, "has arrays within arrays in its header");
    if (count > header_limit)
        fail(ErrorCode::file_damaged, "has an array of {} values in its header", count);
    if (of == string) {
        for (std::uint64_t i = 0; i < count; ++i)
            fields.skip(fields.number<std::uint64_t>());
    } else {
        fields.skip(count * bytes_of(of));
    }
    return {};
}

}

ModelHeader read_gguf_header(HeaderReader& file)
{
    ModelHeader header { .format = HeaderFormat::gguf, .tensors = {}, .metadata = {}, .warnings = {} };
    Fields fields(file);
    fields.skip(4);
    if (auto const version = fields.number<std::uint32_t>(); version < 2 || version > 3)
        fail(ErrorCode::file_damaged, "is GGUF version {}; 2 and 3 can be read", version);
    auto const tensors = fields.number<std::uint64_t>(), values = fields.number<std::uint64_t>();
    if (tensors > most_tensors || values > most_tensors)
        fail(ErrorCode::file_damaged, "says that it has {} tensors and {} values", tensors, values);
    for (std::uint64_t i = 0; i < values; ++i) {
        std::string key = fields.text();
        auto const type = fields.number<std::uint32_t>();
        if (std::string value = read_value(fields, type); !value.empty())
            header.metadata[std::move(key)] = std::move(value);
    }
    for (std::uint64_t i = 0; i < tensors; ++i) {
        HeaderTensor tensor { .name = fields.text(), .type = {}, .shape = {} };
        auto const rank = fields.number<std::uint32_t>();
        if (rank > 8)
            fail(ErrorCode::file_damaged, "has a damaged header: {} has {} dimensions", shown(tensor.name), rank);
        std::uint64_t elements = 1;
        for (std::uint32_t d = 0; d < rank; ++d) {
            auto const extent = fields.number<std::uint64_t>();
            if (extent > most_elements || (extent > 0 && elements > most_elements / extent))
                fail(ErrorCode::file_damaged, "has a damaged header: {} has an absurd shape", shown(tensor.name));
            elements *= extent;
            tensor.shape.insert(tensor.shape.begin(), static_cast<std::int64_t>(extent)); // innermost first in the file
        }
        auto const type = fields.number<std::uint32_t>();
        auto const row = std::ranges::find(ggml_types, type, &GgmlType::id);
        tensor.begin = fields.number<std::uint64_t>();
        if (row == std::end(ggml_types)) {
            tensor.type = "quantized";
            tensor.end = tensor.begin;
        } else {
            tensor.type = row->name;
            tensor.end = tensor.begin + elements / row->block * row->bytes;
        }
        if (tensor.end < tensor.begin)
            fail(ErrorCode::file_damaged, "has a damaged header: {} lies nowhere", shown(tensor.name));
        header.tensors.push_back(std::move(tensor));
    }
    constexpr std::uint64_t alignment = 32; // general.alignment may say more; then the file is longer
    header.data_start = (fields.at() + alignment - 1) / alignment * alignment;
    for (HeaderTensor const& tensor : header.tensors) {
        if (header.data_start > file.size() || tensor.end > file.size() - header.data_start)
            fail(ErrorCode::file_damaged, "is cut off: {} ends at byte {} of its data, {} are there; download it again",
                shown(tensor.name), tensor.end, file.size() - std::min(file.size(), header.data_start));
    }
    return header;
}

}
