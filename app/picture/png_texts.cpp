// SPDX-License-Identifier: Apache-2.0
// The texts of a PNG, found by walking its chunks: https://www.w3.org/TR/png-3/#11textinfo
#include "app/picture/inflate.h"
#include "app/picture/png.h"
#include "app/picture/text_encoding.h"
#include "models/api/error.h"

#include <zlib.h>

#include <cstring>

namespace igneous {

namespace {

constexpr std::size_t signature_bytes = 8;
constexpr std::size_t frame_bytes = 12;          // length, type and checksum of a chunk
constexpr std::size_t most_texts = 1000;

std::uint32_t big_endian(std::span<std::byte const> bytes)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = value << 8 | std::to_integer<std::uint32_t>(bytes[i]);
    return value;
}

std::string_view as_text(std::span<std::byte const> bytes)
{
    return { reinterpret_cast<char const*>(bytes.data()), bytes.size() };
}

/// What stands before the next NUL, which is taken off too; false where there is none.
bool take_until_nul(std::string_view& rest, std::string_view& taken)
{
    std::size_t const nul = rest.find('\0');
    if (nul == rest.npos)
        return false;
    taken = rest.substr(0, nul);
    rest.remove_prefix(nul + 1);
    return true;
}

std::string inflate_text(std::string_view compressed, std::string_view who)
{
    auto text = inflated(compressed, Compressed::zlib);
    if (!text)
        fail(ErrorCode::file_damaged, "{} is a damaged PNG file: a compressed text in it is {}", who, text.error());
    return std::move(*text);
}

PictureText parse_text(std::string_view type, std::string_view data, std::string_view who)
{
    auto const need = [&](bool good) {
        if (!good)
            fail(ErrorCode::file_damaged, "{} is a damaged PNG file: a {} chunk in it ends too early", who, type);
    };
    std::string_view key;
    need(take_until_nul(data, key));
    PictureText text { .key = latin1_to_utf8(key), .value = {} };
    if (type == "tEXt") {
        text.value = latin1_to_utf8(data);
    } else if (type == "zTXt") {
        need(!data.empty());
        text.value = latin1_to_utf8(inflate_text(data.substr(1), who));
    } else {
        need(data.size() >= 2);
        bool const compressed = data[0] != 0;
        data.remove_prefix(2);
        std::string_view language, translated_key;
        need(take_until_nul(data, language) && take_until_nul(data, translated_key));
        text.value = valid_utf8(compressed ? inflate_text(data, who) : std::string(data));
        text.chunk = TextChunk::international;
    }
    return text;
}

}

std::vector<PictureText> decode_png_texts(std::span<std::byte const> bytes, std::string_view who)
{
    if (!is_png(bytes))
        fail(ErrorCode::file_damaged, "{} is no PNG file: its first bytes are not a PNG's", who);
    std::vector<PictureText> texts;
    for (std::size_t at = signature_bytes; at < bytes.size();) {
        auto const rest = bytes.subspan(at);
        std::size_t const length = rest.size() >= frame_bytes ? big_endian(rest) : rest.size();
        if (length > rest.size() - std::min(rest.size(), frame_bytes))
            fail(ErrorCode::file_damaged, "{} is a damaged PNG file: it ends in the middle of a chunk", who);
        std::string_view const type = as_text(rest.subspan(4, 4));
        if (type == "tEXt" || type == "zTXt" || type == "iTXt") {
            auto const checked = rest.subspan(4, 4 + length);
            auto const sum = crc32_z(0, reinterpret_cast<Bytef const*>(checked.data()), checked.size());
            if (sum != big_endian(rest.subspan(8 + length)))
                fail(ErrorCode::file_damaged, "{} is a damaged PNG file: the checksum of a text in it is wrong", who);
            if (length > longest_picture_text || texts.size() == most_texts)
                fail(ErrorCode::file_damaged, "{}: more text in it than a picture can have", who);
            texts.push_back(parse_text(type, as_text(rest.subspan(8, length)), who));
        }
        if (type == "IEND")
            break;
        at += length + frame_bytes;
    }
    return texts;
}

}
