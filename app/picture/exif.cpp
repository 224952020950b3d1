// SPDX-License-Identifier: Apache-2.0
// TIFF 6.0 and EXIF 2.32: a header, then directories of twelve-byte entries; values of more than four bytes lie
// elsewhere and are found by offset. Every offset is checked, every directory is read once.
#include "app/picture/exif.h"
#include "app/picture/text_encoding.h"

#include <algorithm>
#include <optional>

namespace igneous {

namespace {

enum class Kind : std::uint16_t { byte = 1, ascii = 2, long_number = 4, undefined = 7 };
enum class Directory : std::uint8_t { image, exif };

struct Tag {
    std::uint16_t number;
    Directory directory;
    Kind kind;                             // as it is written
    std::string_view key;
};

constexpr std::uint16_t orientation_tag = 0x0112, exif_pointer_tag = 0x8769, user_comment_tag = 0x9286;

// By number within a directory: TIFF wants entries sorted.
constexpr Tag tags[] = {
    { 0x010e, Directory::image, Kind::ascii, "Description" },
    { 0x010f, Directory::image, Kind::ascii, "Make" },
    { 0x0110, Directory::image, Kind::ascii, "Model" },
    { 0x0131, Directory::image, Kind::ascii, "Software" },
    { 0x013b, Directory::image, Kind::ascii, "Artist" },
    { 0x927c, Directory::exif, Kind::undefined, "MakerNote" },
    { user_comment_tag, Directory::exif, Kind::undefined, "parameters" },
};

// What a UserComment is written in: eight bytes before the text.
constexpr std::string_view ascii_code("ASCII\0\0\0", 8), unicode_code("UNICODE\0", 8), no_code("\0\0\0\0\0\0\0\0", 8);
constexpr std::size_t code_bytes = 8;

/// Whether a value of this kind is bytes that may be a text.
bool is_text(std::uint32_t kind)
{
    return kind == static_cast<std::uint32_t>(Kind::byte) || kind == static_cast<std::uint32_t>(Kind::ascii)
           || kind == static_cast<std::uint32_t>(Kind::undefined);
}

std::string utf16_to_utf8(std::string_view text, bool big_endian)
{
    std::string out;
    auto const unit = [&](std::size_t at) {
        auto const first = static_cast<unsigned char>(text[at]), second = static_cast<unsigned char>(text[at + 1]);
        return static_cast<std::uint32_t>(big_endian ? first << 8 | second : second << 8 | first);
    };
    for (std::size_t at = 0; at + 1 < text.size(); at += 2) {
        std::uint32_t code = unit(at);
        if (code >= 0xd800 && code < 0xdc00 && at + 3 < text.size()) {
            std::uint32_t const low = unit(at + 2);
            if (low >= 0xdc00 && low < 0xe000) {
                code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                at += 2;
            }
        }
        out += utf8_character(code);
    }
    return out;
}

std::string utf8_to_utf16(std::string_view text)
{
    std::string out;
    auto const add = [&](std::uint32_t unit) {
        out += static_cast<char>(unit >> 8);
        out += static_cast<char>(unit & 0xff);
    };
    for (char32_t const code : utf8_to_utf32(text)) {
        if (code < 0x10000) {
            add(code);
        } else {
            add(0xd800 + ((code - 0x10000) >> 10));
            add(0xdc00 + ((code - 0x10000) & 0x3ff));
        }
    }
    return out;
}

/// Programs differ in the byte order of UNICODE comments: the standard says the file's, A1111 writes big endian always.
/// Recipes are mostly Latin letters, so the order with more zeros in the right places is the one.
bool looks_big_endian(std::string_view text)
{
    std::size_t even = 0, odd = 0;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        even += text[i] == 0;
        odd += text[i + 1] == 0;
    }
    return even >= odd;
}

/// The text, without the NULs that end it; bytes that are no UTF-8 are taken for Latin-1.
std::string plain_text(std::string_view text)
{
    while (text.ends_with('\0'))
        text.remove_suffix(1);
    return is_utf8(text) ? std::string(text) : latin1_to_utf8(text);
}

std::string user_comment(std::string_view text)
{
    std::string_view const code = text.substr(0, code_bytes);
    if (code != unicode_code && code != ascii_code && code != no_code)
        return plain_text(text); // not as the standard wants it, but there is nothing else it can be
    text.remove_prefix(code_bytes);
    if (code != unicode_code)
        return plain_text(text);
    if (text.starts_with("\xfe\xff") || text.starts_with("\xff\xfe"))
        return plain_text(utf16_to_utf8(text.substr(2), text.starts_with("\xfe\xff")));
    return plain_text(utf16_to_utf8(text, looks_big_endian(text)));
}

class Reader {
public:
    explicit Reader(std::span<std::byte const> tiff)
        : m_bytes(reinterpret_cast<char const*>(tiff.data()), tiff.size())
        , m_big_endian(m_bytes.starts_with("MM"))
    {}

    void read()
    {
        if (!m_big_endian && !m_bytes.starts_with("II"))
            return;
        if (number(2, 2) != 42)
            return;
        if (auto const first = number(4, 4))
            read_directory(*first, Directory::image);
        if (m_exif)
            read_directory(*m_exif, Directory::exif);
    }

    std::vector<PictureText> texts;
    int orientation = 1;

private:
    std::optional<std::uint32_t> number(std::size_t at, std::size_t bytes) const
    {
        if (at > m_bytes.size() || bytes > m_bytes.size() - at)
            return {};
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < bytes; ++i)
            value = value << 8 | static_cast<unsigned char>(m_bytes[at + (m_big_endian ? i : bytes - 1 - i)]);
        return value;
    }

    void read_directory(std::size_t at, Directory directory)
    {
        constexpr std::size_t entry_bytes = 12, most_entries = 512;
        std::size_t const entries = std::min<std::size_t>(number(at, 2).value_or(0), most_entries);
        for (std::size_t i = 0; i < entries; ++i)
            read_entry(at + 2 + i * entry_bytes, directory);
    }

    void read_entry(std::size_t at, Directory directory)
    {
        auto const tag = number(at, 2), kind = number(at + 2, 2), count = number(at + 4, 4);
        if (!tag || !kind || !count)
            return;
        if (directory == Directory::image && *tag == exif_pointer_tag)
            m_exif = number(at + 8, 4);
        if (directory == Directory::image && *tag == orientation_tag) {
            auto const value = number(at + 8, 2);
            orientation = value && *value >= 1 && *value <= 8 ? static_cast<int>(*value) : 1;
        }
        // Some programs put tags of the second directory into the first.
        auto const known = std::ranges::find(tags, *tag, &Tag::number);
        if (known == std::end(tags) || !is_text(*kind) || *count == 0
            || std::ranges::any_of(texts, [&](PictureText const& text) { return text.key == known->key; }))
            return;
        auto const offset = *count <= 4 ? std::optional(static_cast<std::uint32_t>(at + 8)) : number(at + 8, 4);
        if (!offset || *offset > m_bytes.size() || *count > m_bytes.size() - *offset)
            return;
        std::string_view const value = m_bytes.substr(*offset, *count);
        std::string text = known->number == user_comment_tag ? user_comment(value) : plain_text(value);
        if (!text.empty())
            texts.push_back({ std::string(known->key), std::move(text), TextChunk::international });
    }

    std::string_view m_bytes;
    bool m_big_endian;
    std::optional<std::uint32_t> m_exif;
};

Tag const* tag_for(std::string_view key)
{
    auto const found = std::ranges::find(tags, key, &Tag::key);
    return found == std::end(tags) ? nullptr : found;
}

struct Entry {
    std::uint16_t tag;
    Kind kind;
    std::string value;
};

/// Big endian, as the field's programs write it.
void put(std::string& out, std::uint32_t value, std::size_t bytes)
{
    for (std::size_t i = 0; i < bytes; ++i)
        out += static_cast<char>(value >> (8 * (bytes - 1 - i)));
}

/// One directory that begins at `at`, its long values behind it.
std::string directory_bytes(std::vector<Entry> const& entries, std::size_t at)
{
    std::string out, values;
    put(out, static_cast<std::uint32_t>(entries.size()), 2);
    std::size_t const values_at = at + 2 + entries.size() * 12 + 4;
    for (Entry const& entry : entries) {
        put(out, entry.tag, 2);
        put(out, static_cast<std::uint32_t>(entry.kind), 2);
        put(out, entry.kind == Kind::long_number ? 1 : static_cast<std::uint32_t>(entry.value.size()), 4);
        if (entry.value.size() <= 4) {
            out += entry.value + std::string(4 - entry.value.size(), '\0');
        } else {
            put(out, static_cast<std::uint32_t>(values_at + values.size()), 4);
            values += entry.value;
            if (values.size() % 2 != 0)
                values += '\0'; // values lie at even offsets
        }
    }
    put(out, 0, 4); // no further directory
    return out + values;
}

}

std::vector<PictureText> exif_texts(std::span<std::byte const> tiff)
{
    Reader reader(tiff);
    reader.read();
    return std::move(reader.texts);
}

int exif_orientation(std::span<std::byte const> tiff)
{
    Reader reader(tiff);
    reader.read();
    return reader.orientation;
}

bool has_exif_tag(std::string_view key) { return tag_for(key) != nullptr; }

std::vector<std::byte> exif_of(std::span<PictureText const> texts)
{
    std::vector<Entry> image, exif;
    for (PictureText const& text : texts) {
        Tag const* tag = tag_for(text.key);
        if (!tag || text.value.empty())
            continue;
        std::string value = valid_utf8(text.value);
        std::erase(value, '\0');
        if (tag->number == user_comment_tag)
            value = std::string(unicode_code) + utf8_to_utf16(value);
        else if (tag->kind == Kind::ascii)
            value += '\0';
        (tag->directory == Directory::image ? image : exif).push_back({ tag->number, tag->kind, std::move(value) });
    }
    if (image.empty() && exif.empty())
        return {};
    std::string out("MM\0\x2a\0\0\0\x08", 8);
    std::size_t const header = out.size();
    std::ranges::sort(image, {}, &Entry::tag);
    std::ranges::sort(exif, {}, &Entry::tag);
    if (!exif.empty()) {
        image.push_back({ exif_pointer_tag, Kind::long_number, std::string(4, '\0') });
        auto const at = static_cast<std::uint32_t>(header + directory_bytes(image, header).size());
        image.back().value.clear();
        put(image.back().value, at, 4);
        out += directory_bytes(image, header) + directory_bytes(exif, at);
    } else {
        out += directory_bytes(image, header);
    }
    auto const* first = reinterpret_cast<std::byte const*>(out.data());
    return { first, first + out.size() };
}

Image upright(Image image, int orientation)
{
    if (orientation <= 1 || orientation > 8)
        return image;
    bool const swapped = orientation >= 5;
    Image out(swapped ? image.height : image.width, swapped ? image.width : image.height, image.channels);
    auto const channels = static_cast<std::size_t>(image.channels);
    for (int y = 0; y < out.height; ++y) {
        for (int x = 0; x < out.width; ++x) {
            // Where the stored picture has what belongs at (x, y).
            int column = swapped ? y : x, row = swapped ? x : y;
            if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8)
                column = image.width - 1 - column;
            if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7)
                row = image.height - 1 - row;
            auto const from = (static_cast<std::size_t>(row) * static_cast<std::size_t>(image.width)
                                  + static_cast<std::size_t>(column))
                              * channels;
            auto const to
                = (static_cast<std::size_t>(y) * static_cast<std::size_t>(out.width) + static_cast<std::size_t>(x))
                  * channels;
            std::copy_n(image.pixels.begin() + static_cast<std::ptrdiff_t>(from), channels,
                out.pixels.begin() + static_cast<std::ptrdiff_t>(to));
        }
    }
    return out;
}

}
