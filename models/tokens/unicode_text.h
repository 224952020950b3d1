// SPDX-License-Identifier: Apache-2.0
#pragma once

// The few things a tokenizer needs to know about Unicode: safe decoding, composition (NFC), lower case and what kind of
// character it has before it. The tables are utf8proc's.

#include <string>
#include <string_view>

namespace igneous {

/// Decodes UTF-8. Every ill-formed part becomes one U+FFFD, as Python's errors="replace" and browsers do; never fails.
std::u32string decode_utf8(std::string_view utf8);

/// Appends one code point as UTF-8.
void append_utf8(std::string& utf8, char32_t c);

/// Normalization form C. Linear in the length, apart from sorting runs of combining marks.
std::u32string compose(std::u32string text);

/// Lower case, character by character without regard to context (so a final sigma is an ordinary one); may grow the
/// text.
std::u32string lower(std::u32string_view text);

enum class CharacterKind { letter, number, space, other };    // \p{L}, \p{N}, \s, everything else

CharacterKind kind_of(char32_t c);

}
