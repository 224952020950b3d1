// SPDX-License-Identifier: Apache-2.0
#pragma once

// Text as PNG has it: Latin-1 in tEXt and zTXt, UTF-8 in iTXt. UTF-8 everywhere else.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace igneous {

std::string latin1_to_utf8(std::string_view text);
/// Nothing when a character is not in Latin-1 or the text is no UTF-8.
std::optional<std::string> utf8_to_latin1(std::string_view text);
/// Whether the text is UTF-8 as Unicode defines it: no overlong forms, no surrogates, nothing past U+10FFFF.
bool is_utf8(std::string_view text);
/// The offset of the first byte that is not UTF-8, or npos.
std::size_t first_invalid_utf8(std::string_view text);
/// One character, or U+FFFD where the number is none.
std::string utf8_character(std::uint32_t code);
/// The characters, with U+FFFD for every byte that is no UTF-8.
std::u32string utf8_to_utf32(std::string_view text);
/// The text with every byte that is no UTF-8 as U+FFFD.
std::string valid_utf8(std::string_view text);

}
