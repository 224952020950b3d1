// SPDX-License-Identifier: Apache-2.0
#include "app/library/model_header.h"

#include "models/api/error.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace igneous {

namespace {

using Json = nlohmann::json;

constexpr std::uint64_t header_limit = 100'000'000;            // the format's own limit
constexpr std::uint64_t most_elements = std::uint64_t(1) << 50;

struct TypeRow {
    std::string_view text;
    std::uint64_t bits;
};
constexpr TypeRow types[]
    = { { "F32", 32 }, { "F16", 16 }, { "BF16", 16 }, { "F64", 64 }, { "I64", 64 }, { "I32", 32 }, { "U8", 8 },
          { "BOOL", 8 }, { "I8", 8 }, { "I16", 16 }, { "U16", 16 }, { "U32", 32 }, { "U64", 64 }, { "F8_E4M3", 8 },
          { "F8_E5M2", 8 }, { "F8_E8M0", 8 }, { "F4", 4 }, { "F6_E2M3", 6 }, { "F6_E3M2", 6 }, { "C64", 64 } };

/// Reads the header as it is parsed: 10,000 files are too many to build a tree of values for each.
class Reader : public nlohmann::json_sax<Json> {
public:
    explicit Reader(ModelHeader& header)
        : m_header(header)
    {}

    bool start_object(std::size_t) override
    {
        if (++m_depth > 2)
            odd("is nested deeper than a safetensors header is");
        if (m_depth == 2 && !m_metadata)
            begin_tensor();
        return true;
    }
    bool end_object() override
    {
        if (m_depth-- == 2 && !m_metadata)
            end_tensor();
        return true;
    }
    bool key(std::string& key) override
    {
        if (m_depth == 1) {
            m_metadata = key == "__metadata__";
            m_name = std::move(key);
        } else {
            m_key = std::move(key);
        }
        return true;
    }
    bool string(std::string& text) override
    {
        if (m_depth == 2 && m_metadata) {
            m_header.metadata[m_key] = std::move(text);
        } else if (m_depth == 2 && m_key == "dtype" && !m_array) {
            auto const row = std::ranges::find(types, text, &TypeRow::text);
            if (row == std::end(types))
                odd("has a type that the format does not know: " + shown(text));
            m_tensor.type = row->text;
            m_bits = row->bits;
        } else {
            other();
        }
        return true;
    }
    bool start_array(std::size_t) override
    {
        if (m_depth != 2 || m_metadata || m_array)
            return other();
        m_array = true;
        (m_key == "shape" ? m_shape_seen : m_offsets_seen) = m_key == "shape" || m_key == "data_offsets";
        return true;
    }
    bool end_array() override
    {
        m_array = false;
        return true;
    }
    bool number_unsigned(std::uint64_t value) override
    {
        if (!m_array)
            return other();
        if (m_key == "shape") {
            if (value > most_elements || m_tensor.shape.size() == 16)
                odd("has an absurd shape");
            m_tensor.shape.push_back(static_cast<std::int64_t>(value));
        } else if (m_key == "data_offsets") {
            if (m_offsets.size() == 2)
                odd("has more than two data_offsets");
            m_offsets.push_back(value);
        }
        return true;
    }
    bool number_integer(std::int64_t) override { return other(); }
    bool number_float(double, std::string const&) override { return other(); }
    bool boolean(bool) override { return other(); }
    bool null() override { return other(); }
    bool binary(Json::binary_t&) override { return other(); }
    bool parse_error(std::size_t at, std::string const&, nlohmann::detail::exception const&) override
    {
        fail(ErrorCode::file_damaged, "has a header that is no valid JSON at its byte {}", at);
    }

private:
    [[noreturn]] void odd(std::string const& what)
    {
        fail(ErrorCode::file_damaged, "has a damaged header: {} {}", shown(m_name), what);
    }
    /// A value where the format has none.
    bool other()
    {
        if (m_depth != 2 || m_metadata || m_key == "dtype" || m_key == "shape" || m_key == "data_offsets")
            odd("is not what the format has there");
        return true;
    }
    void begin_tensor()
    {
        m_tensor = { .name = m_name, .type = {}, .shape = {} };
        m_offsets.clear();
        m_shape_seen = m_offsets_seen = false;
    }
    void end_tensor()
    {
        if (m_tensor.type.empty() || !m_shape_seen || m_offsets.size() != 2)
            odd("lacks its type, shape or place");
        std::uint64_t elements = 1;
        for (std::int64_t extent : m_tensor.shape) {
            auto const n = static_cast<std::uint64_t>(extent);
            if (n > 0 && elements > most_elements / n)
                odd("has an absurd shape");
            elements *= n;
        }
        if (m_offsets[0] > m_offsets[1] || (m_offsets[1] - m_offsets[0]) > most_elements
            || elements * m_bits != (m_offsets[1] - m_offsets[0]) * 8)
            odd("lies in a place that does not fit its shape");
        m_tensor.begin = m_offsets[0];
        m_tensor.end = m_offsets[1];
        m_header.tensors.push_back(std::move(m_tensor));
    }

    ModelHeader& m_header;
    HeaderTensor m_tensor;
    std::string m_name = "it", m_key;
    std::vector<std::uint64_t> m_offsets;
    std::uint64_t m_bits = 0;
    int m_depth = 0;
    bool m_metadata = false, m_array = false, m_shape_seen = false, m_offsets_seen = false;
};

/// The format allows neither overlaps nor holes, and each name once.
void check_layout(std::vector<HeaderTensor>& tensors, std::uint64_t data_size)
{
    std::ranges::sort(
        tensors, [](auto const& a, auto const& b) { return std::tie(a.begin, a.end) < std::tie(b.begin, b.end); });
    std::uint64_t const needed = tensors.empty() ? 0 : tensors.back().end;
    if (needed > data_size)
        fail(ErrorCode::file_damaged, "is cut off: its tensors need {} bytes, {} are there; download it again", needed,
            data_size);
    std::uint64_t at = 0;
    for (HeaderTensor const& tensor : tensors) {
        if (tensor.begin != at)
            fail(ErrorCode::file_damaged, "has a damaged header: {} {}", shown(tensor.name),
                tensor.begin < at ? "overlaps the one before" : "leaves a hole before it");
        at = tensor.end;
    }
    if (needed < data_size)
        fail(ErrorCode::file_damaged, "has {} bytes behind its last tensor that belong to none", data_size - needed);
    std::ranges::sort(tensors, {}, &HeaderTensor::name);
    auto const twice = std::ranges::adjacent_find(tensors, {}, &HeaderTensor::name);
    if (twice != tensors.end())
        fail(ErrorCode::file_damaged, "has a damaged header: {} is listed twice", shown(twice->name));
}

}

ModelHeader read_safetensors_header(HeaderReader& file)
{
    std::string const start = file.read(0, 8);
    auto const length = little_endian<std::uint64_t>(start.data());
    if (length > header_limit)
        fail(ErrorCode::file_damaged, "says that its header has {} bytes; the format allows {}", length, header_limit);
    std::string const text = file.read(8, length);
    ModelHeader header {
        .format = HeaderFormat::safetensors, .tensors = {}, .metadata = {}, .warnings = {}, .data_start = 8 + length
    };
    Reader reader(header);
    if (text.empty() || text[0] != '{' || !Json::sax_parse(text, &reader))
        fail(ErrorCode::file_damaged, "has a header that is no JSON object");
    check_layout(header.tensors, file.size() - header.data_start);
    return header;
}

}
