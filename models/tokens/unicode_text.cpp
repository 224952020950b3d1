// SPDX-License-Identifier: Apache-2.0
#include "models/tokens/unicode_text.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace igneous {

std::u32string decode_utf8(std::string_view utf8)
{
    constexpr char32_t replacement = 0xfffd;
    std::u32string text;
    text.reserve(utf8.size());
    size_t at = 0;
    auto const byte = [&](size_t i) { return i < utf8.size() ? static_cast<unsigned char>(utf8[i]) : 0u; };
    while (at < utf8.size()) {
        unsigned const first = byte(at++);
        if (first < 0x80) {
            text += static_cast<char32_t>(first);
            continue;
        }
        int const more = first >= 0xc2 && first <= 0xdf   ? 1
                         : (first & 0xf0) == 0xe0         ? 2
                         : first >= 0xf0 && first <= 0xf4 ? 3
                                                          : 0;
        char32_t c = more == 0 ? replacement : first & (0x3fu >> more);
        // The second byte's range keeps out overlong forms, surrogates and what lies beyond U+10FFFF.
        unsigned low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        unsigned high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        for (int i = 0; i < more; ++i, ++at, low = 0x80, high = 0xbf) {
            if (byte(at) < low || byte(at) > high) {
                c = replacement;
                break;
            }
            c = c << 6 | (byte(at) & 0x3f);
        }
        text += c;
    }
    return text;
}

void append_utf8(std::string& utf8, char32_t c)
{
    std::array<utf8proc_uint8_t, 4> bytes {};
    auto const count = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes.data());
    utf8.append(bytes.begin(), bytes.begin() + count);
}

static int combining_class(std::int32_t c)
{
    return utf8proc_get_property(c)->combining_class;
}

std::u32string compose(std::u32string text)
{
    if (std::ranges::all_of(text, [](char32_t c) { return c < 0x300; }))
        return text;                                            // nothing below U+0300 composes or decomposes
    constexpr auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    std::vector<utf8proc_int32_t> parts;
    parts.reserve(text.size() + 1);
    std::array<utf8proc_int32_t, 32> pieces {};
    int boundary = 0;
    for (char32_t const c : text) {
        auto const count =
            utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), pieces.data(), pieces.size(), options, &boundary);
        if (count < 0 || count > static_cast<utf8proc_ssize_t>(pieces.size()))
            parts.push_back(static_cast<utf8proc_int32_t>(c));
        else
            parts.insert(parts.end(), pieces.begin(), pieces.begin() + count);
    }
    // Canonical order: marks between two starters are sorted by class, stably. (utf8proc's own sort is quadratic.)
    for (auto from = parts.begin(); from != parts.end();) {
        from = std::find_if(from, parts.end(), [](std::int32_t c) { return combining_class(c) != 0; });
        auto const to = std::find_if(from, parts.end(), [](std::int32_t c) { return combining_class(c) == 0; });
        std::ranges::stable_sort(from, to, {}, combining_class);
        from = to;
    }
    auto const length = utf8proc_normalize_utf32(parts.data(), static_cast<utf8proc_ssize_t>(parts.size()), options);
    if (length < 0)
        return text;
    return { parts.begin(), parts.begin() + length };
}

std::u32string lower(std::u32string_view text)
{
    std::u32string lowered;
    lowered.reserve(text.size());
    for (char32_t const c : text) {
        if (c == 0x130)                                         // the one letter whose lower case is two characters
            lowered += U"i\u0307";
        else
            lowered += static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
    }
    return lowered;
}

CharacterKind kind_of(char32_t c)
{
    if ((c >= 0x9 && c <= 0xd) || c == 0x20 || c == 0x85)
        return CharacterKind::space;
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO: return CharacterKind::letter;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return CharacterKind::number;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return CharacterKind::space;
    default: return CharacterKind::other;
    }
}

}
