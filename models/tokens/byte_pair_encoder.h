// SPDX-License-Identifier: Apache-2.0
#pragma once

// Byte-level byte pair encoding: a word's bytes are symbols, and the pair of neighbours that comes first in the list of
// merges becomes one symbol, until no pair is in the list.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace igneous {

using Vocabulary = std::unordered_map<std::string, std::int32_t>;
using Merges = std::vector<std::pair<std::string, std::string>>;    // first is merged first

/// How vocabularies spell a byte: as itself where it is printable Latin-1, else as a character from U+0100 on (GPT-2's
/// table). In UTF-8.
std::array<std::string, 256> const& byte_spellings();

class BytePairEncoder {
public:
    /// `suffix` ("</w>") marks the last symbol of a word. Symbols that the vocabulary lacks become `unknown`. Throws
    /// file_damaged where a merge names a symbol that is not in the vocabulary.
    BytePairEncoder(Vocabulary const& vocabulary, Merges const& merges, std::string_view suffix, std::int32_t unknown);

    /// Appends the ids of one word. n log n in its length.
    void encode(std::string_view word, std::vector<std::int32_t>& ids) const;

private:
    struct Merge {
        std::int32_t rank, id;
    };
    Merge const* find(std::int32_t left, std::int32_t right) const;

    std::array<std::int32_t, 256> m_inner {}, m_last {};            // of each byte, inside a word and at its end
    std::unordered_map<std::uint64_t, Merge> m_merges;              // by left id << 32 | right id
};

}
