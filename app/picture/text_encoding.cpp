// SPDX-License-Identifier: Apache-2.0
#include "app/picture/text_encoding.h"


namespace igneous {

namespace {

struct Character {
    std::uint32_t code = 0;
    std::size_t length = 0;    // 0: no UTF-8 here
};

Character character_at(std::string_view text, std::size_t at)
{
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    unsigned char const lead = byte(at);
    if (lead < 0x80)
        return { lead, 1 };
    std::size_t const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    if (length == 0 || lead > 0xf4 || length > text.size() - at)
        return {};
    std::uint32_t code = lead & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xc0) != 0x80)
            return {};
        code = code << 6 | (byte(at + i) & 0x3fu);
    }
    constexpr std::uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return {};
    return { code, length };
}

}

std::string latin1_to_utf8(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (char const c : text) {
        auto const code = static_cast<unsigned char>(c);
        if (code < 0x80) {
            out += c;
        } else {
            out += static_cast<char>(0xc0 | code >> 6);
            out += static_cast<char>(0x80 | (code & 0x3f));
        }
    }
    return out;
}

std::optional<std::string> utf8_to_latin1(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        Character const c = character_at(text, at);
        if (c.length == 0 || c.code > 0xff)
            return {};
        out += static_cast<char>(c.code);
        at += c.length;
    }
    return out;
}

std::size_t first_invalid_utf8(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        std::size_t const length = character_at(text, at).length;
        if (length == 0)
            return at;
        at += length;
    }
    return std::string_view::npos;
}

bool is_utf8(std::string_view text) { return first_invalid_utf8(text) == std::string_view::npos; }

std::string utf8_character(std::uint32_t code)
{
    auto const tail = [&](int shift) { return static_cast<char>(0x80 | (code >> shift & 0x3f)); };
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return "\xef\xbf\xbd";
    if (code < 0x80)
        return { static_cast<char>(code) };
    if (code < 0x800)
        return { static_cast<char>(0xc0 | code >> 6), tail(0) };
    if (code < 0x10000)
        return { static_cast<char>(0xe0 | code >> 12), tail(6), tail(0) };
    return { static_cast<char>(0xf0 | code >> 18), tail(12), tail(6), tail(0) };
}

std::u32string utf8_to_utf32(std::string_view text)
{
    std::u32string out;
    for (std::size_t at = 0; at < text.size();) {
        Character const c = character_at(text, at);
        out += c.length ? static_cast<char32_t>(c.code) : U'\ufffd';
        at += c.length ? c.length : 1;
    }
    return out;
}

std::string valid_utf8(std::string_view text)
{
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t const length = character_at(text, at).length;
        if (length == 0)
            out += "\xef\xbf\xbd";
        else
            out += text.substr(at, length);
        at += length ? length : 1;
    }
    return out;
}

}
