// SPDX-License-Identifier: Apache-2.0
#include "models/checkpoint/safetensors.h"

#include "models/api/error.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

namespace igneous {

namespace {

using Json = nlohmann::json;

constexpr std::uint64_t header_limit = 100'000'000;   // the format's own limit
constexpr std::uint64_t most_elements = std::uint64_t(1) << 50;

struct TypeRow {
    std::string_view text;
    std::uint64_t bits;
    std::optional<DType> dtype;
};

constexpr TypeRow types[] = {
    { "F32", 32, DType::f32 }, { "F16", 16, DType::f16 }, { "BF16", 16, DType::bf16 }, { "F64", 64, DType::f64 },
    { "I64", 64, DType::i64 }, { "I32", 32, DType::i32 }, { "U8", 8, DType::u8 },
    { "BOOL", 8, {} }, { "I8", 8, {} }, { "I16", 16, {} }, { "U16", 16, {} }, { "U32", 32, {} }, { "U64", 64, {} },
    { "F8_E4M3", 8, {} }, { "F8_E5M2", 8, {} }, { "F8_E8M0", 8, {} }, { "F4", 4, {} }, { "F6_E2M3", 6, {} },
    { "F6_E3M2", 6, {} }, { "C64", 64, {} },
};

TypeRow const* find_type(std::string_view text)
{
    auto const row = std::ranges::find(types, text, &TypeRow::text);
    return row == std::end(types) ? nullptr : row;
}

/// A name from the file as it may be shown: short, and without what is not printable.
std::string shown(std::string_view name)
{
    std::string out;
    for (char c : name.substr(0, 120))
        out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    return name.size() > 120 ? out + "..." : out;
}

/// The header's JSON. Refuses duplicate names and deep nesting while reading, before anything large is built.
Json parse_header(std::string const& file, std::string_view text)
{
    std::set<std::string, std::less<>> names;
    auto const check = [&](int depth, Json::parse_event_t event, Json& value) {
        if (depth > 4)
            fail(ErrorCode::file_damaged, "{}: the header is nested deeper than a safetensors header is", file);
        if (event == Json::parse_event_t::key && depth == 1) {
            auto const& name = value.get_ref<std::string const&>();
            if (!names.insert(name).second)
                fail(ErrorCode::file_damaged, "{}: tensor {} is listed twice", file, shown(name));
        }
        return true;
    };
    try {
        Json header = Json::parse(text, check);
        if (header.is_object())
            return header;
    } catch (Json::exception const& e) {
        fail(ErrorCode::file_damaged, "{}: the header is not valid JSON: {}", file, shown(e.what()));
    }
    fail(ErrorCode::file_damaged, "{}: the header is not a JSON object", file);
}

std::uint64_t unsigned_at(std::string const& file, std::string const& name, Json const& value, std::string_view what)
{
    if (!value.is_number_unsigned())
        fail(ErrorCode::file_damaged, "{}: tensor {}: {} is {}, expected a whole number of at least 0", file,
            shown(name), what, shown(value.dump()));
    return value.get<std::uint64_t>();
}

struct Range {
    std::uint64_t begin, end;
};

struct Header {
    std::string const& file;
    std::span<std::byte const> data;   // behind the header
    std::vector<std::pair<Range, SafetensorsEntry>> entries;

    void add(std::string const& name, Json const& value)
    {
        auto const damaged = [&](std::string const& what) {
            fail(ErrorCode::file_damaged, "{}: tensor {}: {}", file, shown(name), what);
        };
        if (!value.is_object() || !value.contains("dtype") || !value.contains("shape")
            || !value.contains("data_offsets"))
            damaged("expected an object with dtype, shape and data_offsets");
        Json const &dtype = value["dtype"], &extents = value["shape"], &offsets = value["data_offsets"];
        TypeRow const* type = dtype.is_string() ? find_type(dtype.get_ref<std::string const&>()) : nullptr;
        if (!type)
            damaged("dtype is " + shown(dtype.dump()) + ", expected one of the format, such as \"F16\"");
        if (!extents.is_array() || extents.size() > Shape::max_rank)
            damaged("shape is " + shown(extents.dump()) + ", expected a list of at most 5 extents");
        if (!offsets.is_array() || offsets.size() != 2)
            damaged("data_offsets is " + shown(offsets.dump()) + ", expected [begin, end]");

        std::vector<std::int64_t> shape;
        std::uint64_t elements = 1;
        for (Json const& extent : extents) {
            std::uint64_t const n = unsigned_at(file, name, extent, "an extent");
            if (n > most_elements || (n > 0 && elements > most_elements / n))
                damaged("shape " + shown(extents.dump()) + " is absurdly large");
            elements *= n;
            shape.push_back(static_cast<std::int64_t>(n));
        }
        Range const range { unsigned_at(file, name, offsets[0], "data_offsets[0]"),
            unsigned_at(file, name, offsets[1], "data_offsets[1]") };
        if (range.begin > range.end || range.end > data.size())
            damaged(std::format("bytes {} to {} do not lie in the file's {} bytes of data (is the file cut off?)",
                range.begin, range.end, data.size()));
        if (elements * type->bits != (range.end - range.begin) * 8)
            damaged(std::format("shape {} of {} needs {} bytes but the range holds {}", extents.dump(), type->text,
                elements * type->bits / 8, range.end - range.begin));
        entries.push_back({ range, { name, std::string(type->text), type->dtype, Shape(shape),
                                       data.subspan(range.begin, range.end - range.begin) } });
    }

    /// The format allows neither overlaps nor holes.
    void check_layout()
    {
        std::ranges::sort(entries, [](auto const& a, auto const& b) {
            return std::tie(a.first.begin, a.first.end, a.second.name)
                   < std::tie(b.first.begin, b.first.end, b.second.name);
        });
        std::uint64_t at = 0;
        for (auto const& [range, entry] : entries) {
            if (range.begin != at)
                fail(ErrorCode::file_damaged, "{}: tensor {} begins at byte {} but {} at {}", file, shown(entry.name),
                    range.begin, range.begin < at ? "the one before ends" : "a hole begins", at);
            at = range.end;
        }
        if (at != data.size())
            fail(ErrorCode::file_damaged, "{}: {} bytes behind the last tensor belong to none", file, data.size() - at);
    }
};

}

SafetensorsFile SafetensorsFile::open(std::filesystem::path const& path)
{
    SafetensorsFile out;
    out.m_file = MappedFile::open(path);
    std::span<std::byte const> const bytes = out.m_file->bytes();
    std::string const file = path.string();
    if (bytes.size() < 8)
        fail(ErrorCode::file_damaged, "{}: {} bytes are too few for a safetensors file", file, bytes.size());
    std::uint64_t length = 0;
    for (int i = 7; i >= 0; --i)
        length = length << 8 | std::to_integer<std::uint64_t>(bytes[static_cast<std::size_t>(i)]);
    if (length > header_limit)
        fail(ErrorCode::file_damaged,
            "{}: says that its header has {} bytes, expected at most {} (is it a safetensors file?)", file, length,
            header_limit);
    if (length > bytes.size() - 8)
        fail(ErrorCode::file_damaged, "{}: is cut off: the header has {} bytes, the file {}", file, length,
            bytes.size());
    auto const* text = reinterpret_cast<char const*>(bytes.data() + 8);
    if (length == 0 || text[0] != '{')
        fail(ErrorCode::file_damaged, "{}: the header does not begin with '{{'", file);

    Json const json = parse_header(file, { text, length });
    Header header { file, bytes.subspan(8 + length), {} };
    for (auto const& [name, value] : json.items()) {
        if (name != "__metadata__") {
            header.add(name, value);
            continue;
        }
        if (!value.is_object())
            fail(ErrorCode::file_damaged, "{}: __metadata__ is not an object of texts", file);
        for (auto const& [key, entry] : value.items()) {
            if (!entry.is_string())
                fail(ErrorCode::file_damaged, "{}: __metadata__ {} is not a text", file, shown(key));
            out.m_metadata[key] = entry.get<std::string>();
        }
    }
    header.check_layout();
    for (auto& [range, entry] : header.entries) {
        out.m_by_name[entry.name] = out.m_entries.size();
        out.m_entries.push_back(std::move(entry));
    }
    return out;
}

SafetensorsEntry const* SafetensorsFile::find(std::string_view name) const
{
    auto const at = m_by_name.find(name);
    return at == m_by_name.end() ? nullptr : &m_entries[at->second];
}

HostTensor SafetensorsFile::read(std::string_view name) const
{
    SafetensorsEntry const* entry = find(name);
    if (!entry) {
        std::string names;
        for (SafetensorsEntry const& other : m_entries)
            names += (names.empty() ? "" : ", ") + shown(other.name);
        fail(ErrorCode::invalid_argument, "{}: there is no tensor {}, only {}", path().string(), name, names);
    }
    if (!entry->dtype)
        fail(ErrorCode::invalid_argument, "{}: tensor {} is {}, a type that is not supported", path().string(), name,
            entry->dtype_text);
    HostTensor tensor(*entry->dtype, entry->shape);
    std::ranges::copy(entry->bytes, tensor.bytes.begin());
    return tensor;
}

NamedTensors read_tensors(std::filesystem::path const& path)
{
    SafetensorsFile const file = SafetensorsFile::open(path);
    NamedTensors tensors;
    for (SafetensorsEntry const& entry : file.entries())
        tensors[entry.name] = file.read(entry.name);
    return tensors;
}

}
