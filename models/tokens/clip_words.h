// SPDX-License-Identifier: Apache-2.0
#pragma once

// CLIP's idea of a word, by hand because it is so small: 's 't 're 've 'm 'll 'd, else a run of letters, else one
// digit, else a run of anything that is neither letter, digit nor space. The lower-cased names of the special tokens
// end such a run: what follows "<|endoftext|>" begins a new word.

#include "models/tokens/unicode_text.h"

#include <array>
#include <string>
#include <string_view>

namespace igneous {

/// Calls `visit` with the UTF-8 of each word of a composed, lower-cased text; spaces vanish.
template<class Visit>
void for_each_clip_word(std::u32string_view text, Visit visit)
{
    constexpr std::array<std::u32string_view, 7> endings { U"'s", U"'t", U"'re", U"'ve", U"'m", U"'ll", U"'d" };
    constexpr std::array<std::u32string_view, 2> special { U"<|startoftext|>", U"<|endoftext|>" };
    std::string word;
    size_t cut = 0;                                              // where a special token's "|>" ends
    for (size_t at = 0; at < text.size();) {
        CharacterKind const kind = kind_of(text[at]);
        size_t end = at + 1;
        if (kind == CharacterKind::space) {
            at = end;
            continue;
        }
        for (auto const& name : special)
            if (text[at] == U'<' && text.substr(at).starts_with(name))
                cut = at + name.size();
        size_t ending = 0;
        if (text[at] == U'\'')
            for (auto const& candidate : endings)
                if (text.substr(at).starts_with(candidate)) {
                    ending = candidate.size();
                    break;
                }
        if (ending > 0)
            end = at + ending;
        else if (kind != CharacterKind::number)
            while (end < text.size() && end != cut && kind_of(text[end]) == kind)
                ++end;
        word.clear();
        for (char32_t const c : text.substr(at, end - at))
            append_utf8(word, c);
        visit(std::string_view(word));
        at = end;
    }
}

}
