// SPDX-License-Identifier: Apache-2.0
#include "app/session/zip.h"

#include "models/api/error.h"

#include <zip.h>
#include <zlib.h>

namespace igneous {

namespace {

std::string_view as_text(std::span<std::byte const> bytes)
{
    return { reinterpret_cast<char const*>(bytes.data()), bytes.size() };
}

std::size_t number_at(std::span<std::byte const> bytes, std::size_t at, std::size_t count)
{
    std::size_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value |= std::to_integer<std::size_t>(bytes[at + i]) << (8 * i);
    return value;
}

[[noreturn]] void fail_to_write(char const* why)
{
    fail(ErrorCode::out_of_memory, "document: cannot be packed: {}", why);
}

}

ZipWriter::ZipWriter()
{
    zip_error_t error;
    zip_error_init(&error);
    m_source = zip_source_buffer_create(nullptr, 0, 0, &error);
    if (m_source) {
        zip_source_keep(m_source);         // the archive takes one, the other is for the bytes in the end
        m_archive = zip_open_from_source(m_source, ZIP_TRUNCATE, &error);
        if (!m_archive) {
            zip_source_free(m_source);
            zip_source_free(m_source);
        }
    }
    if (!m_archive)
        fail_to_write(zip_error_strerror(&error));
    zip_error_fini(&error);
}

ZipWriter::~ZipWriter()
{
    if (m_archive)
        zip_discard(m_archive);
    zip_source_free(m_source);
}

void ZipWriter::add(std::string const& name, std::vector<std::byte> bytes)
{
    auto const& kept = m_kept.insert_or_assign(name, std::move(bytes)).first->second;
    zip_source_t* const source = zip_source_buffer(m_archive, kept.data(), kept.size(), 0);
    zip_int64_t const index = source ? zip_file_add(m_archive, name.c_str(), source, ZIP_FL_ENC_UTF_8) : -1;
    if (index < 0) {
        zip_source_free(source);
        fail_to_write(zip_strerror(m_archive));
    }
    auto const at = static_cast<zip_uint64_t>(index);
    constexpr zip_uint16_t first_day = 33; // 1 January 1980: the time is nobody's business
    if (zip_set_file_compression(m_archive, at, ZIP_CM_STORE, 0) != 0
        || zip_file_set_dostime(m_archive, at, 0, first_day, 0) != 0)
        fail_to_write(zip_strerror(m_archive));
}

std::vector<std::byte> ZipWriter::finish()
{
    if (zip_close(m_archive) != 0)
        fail_to_write(zip_strerror(m_archive));
    m_archive = nullptr;
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_source_stat(m_source, &stat) != 0 || !(stat.valid & ZIP_STAT_SIZE) || zip_source_open(m_source) != 0)
        fail_to_write("it cannot be read back");
    std::vector<std::byte> bytes(stat.size);
    zip_int64_t const got = zip_source_read(m_source, bytes.data(), bytes.size());
    zip_source_close(m_source);
    if (got < 0 || static_cast<std::uint64_t>(got) != bytes.size())
        fail_to_write("it cannot be read back");
    return bytes;
}

ZipReader::ZipReader(std::span<std::byte const> bytes, std::string_view who)
    : m_bytes(bytes)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* const source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    m_archive = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
    if (!m_archive && source)
        zip_source_free(source);
    std::string const why = m_archive ? "" : zip_error_strerror(&error);
    zip_error_fini(&error);
    if (m_archive)
        return;
    find_pieces();
    if (m_found.empty())
        fail(ErrorCode::file_damaged, "{} is no .igneous file or is damaged from the start: {}", who, why);
}

ZipReader::~ZipReader()
{
    if (m_archive)
        zip_discard(m_archive);
}

/// Each stored piece has its name, size and checksum before it. APPNOTE 4.3.7.
void ZipReader::find_pieces()
{
    constexpr std::size_t head = 30, most_pieces = 1'000'000;
    std::string_view const text = as_text(m_bytes);
    std::size_t at = text.find("PK\3\4");
    while (at != text.npos && m_bytes.size() - at >= head && m_found.size() < most_pieces) {
        auto const rest = m_bytes.subspan(at);
        std::size_t const method = number_at(rest, 8, 2), sum = number_at(rest, 14, 4), size = number_at(rest, 18, 4);
        std::size_t const name_size = number_at(rest, 26, 2), begin = head + name_size + number_at(rest, 28, 2);
        bool const whole = method == 0 && begin <= rest.size() && size <= rest.size() - begin;
        if (whole) {
            auto const piece = rest.subspan(begin, size);
            if (crc32_z(0, reinterpret_cast<Bytef const*>(piece.data()), piece.size()) == sum)
                m_found.try_emplace(std::string(as_text(rest.subspan(head, name_size))), piece);
        }
        at = text.find("PK\3\4", whole ? at + begin + size : at + 4);
    }
}

std::optional<std::vector<std::byte>> ZipReader::read(std::string const& name, std::uint64_t limit) const
{
    if (!m_archive) {
        auto const found = m_found.find(name);
        if (found == m_found.end() || found->second.size() > limit)
            return std::nullopt;
        return std::vector<std::byte>(found->second.begin(), found->second.end());
    }
    zip_stat_t stat;
    zip_stat_init(&stat);
    bool const sized = zip_stat(m_archive, name.c_str(), 0, &stat) == 0 && (stat.valid & ZIP_STAT_SIZE);
    // Deflate cannot shrink by more than 1032: what promises more is a lie, and nothing is allocated for it.
    if (!sized || stat.size > limit || stat.size / 1032 > m_bytes.size())
        return std::nullopt;
    zip_file_t* const file = zip_fopen_index(m_archive, stat.index, 0);
    if (!file)
        return std::nullopt;
    std::vector<std::byte> bytes(stat.size + 1);           // one more, so that the end and its checksum are reached
    zip_int64_t const got = zip_fread(file, bytes.data(), bytes.size());
    bool const closed = zip_fclose(file) == 0;
    if (!closed || got < 0 || static_cast<std::uint64_t>(got) != stat.size)
        return std::nullopt;
    bytes.resize(stat.size);
    return bytes;
}

}
