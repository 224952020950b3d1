// SPDX-License-Identifier: Apache-2.0
#include "models/tokens/byte_pair_encoder.h"

#include "models/api/error.h"
#include "models/tokens/unicode_text.h"

#include <functional>
#include <queue>
#include <tuple>

namespace igneous {

std::array<std::string, 256> const& byte_spellings()
{
    static auto const table = [] {
        std::array<std::string, 256> spellings;
        char32_t next = 0x100;
        for (unsigned byte = 0; byte < 256; ++byte) {
            bool const printable = (byte >= '!' && byte <= '~') || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
            append_utf8(spellings[byte], printable ? byte : next++);
        }
        return spellings;
    }();
    return table;
}

static std::uint64_t key(std::int32_t left, std::int32_t right)
{
    return static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint32_t>(right);
}

BytePairEncoder::BytePairEncoder(
    Vocabulary const& vocabulary, Merges const& merges, std::string_view suffix, std::int32_t unknown)
{
    auto const id_or_unknown = [&](std::string const& symbol) {
        auto const found = vocabulary.find(symbol);
        return found == vocabulary.end() ? unknown : found->second;
    };
    for (size_t byte = 0; byte < 256; ++byte) {
        m_inner[byte] = id_or_unknown(byte_spellings()[byte]);
        m_last[byte] = id_or_unknown(byte_spellings()[byte] + std::string(suffix));
    }
    m_merges.reserve(merges.size());
    std::int32_t rank = 0;
    for (auto const& [left, right] : merges) {
        auto const known = [&](std::string const& symbol) {
            auto const found = vocabulary.find(symbol);
            if (found == vocabulary.end())
                fail(ErrorCode::file_damaged, "tokenizer: merge {} ({} {}) needs \"{}\", which the vocabulary lacks",
                    rank, left, right, symbol);
            return found->second;
        };
        m_merges.insert_or_assign(key(known(left), known(right)), Merge { rank, known(left + right) });
        ++rank;
    }
}

BytePairEncoder::Merge const* BytePairEncoder::find(std::int32_t left, std::int32_t right) const
{
    auto const found = m_merges.find(key(left, right));
    return found == m_merges.end() ? nullptr : &found->second;
}

void BytePairEncoder::encode(std::string_view word, std::vector<std::int32_t>& ids) const
{
    if (word.empty())
        return;
    struct Symbol {
        std::int32_t id, previous, next;                        // a list through the vector; -1 ends it
        bool merged;                                            // into the one before it
    };
    auto const count = static_cast<std::int32_t>(word.size());
    std::vector<Symbol> symbols(word.size());
    for (std::int32_t i = 0; i < count; ++i) {
        auto const byte = static_cast<unsigned char>(word[i]);
        bool const last = i + 1 == count;
        symbols[i] = { last ? m_last[byte] : m_inner[byte], i - 1, last ? -1 : i + 1, false };
    }

    using Candidate = std::tuple<std::int32_t, std::int32_t, std::int32_t>;    // rank, position, id after the merge
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
    auto const consider = [&](std::int32_t at) {
        if (at < 0 || symbols[at].next < 0)
            return;
        if (auto const* merge = find(symbols[at].id, symbols[symbols[at].next].id))
            queue.emplace(merge->rank, at, merge->id);
    };
    for (std::int32_t i = 0; i < count; ++i)
        consider(i);
    while (!queue.empty()) {
        auto const [rank, at, id] = queue.top();
        queue.pop();
        Symbol& left = symbols[at];
        if (left.merged || left.next < 0)
            continue;
        Symbol& right = symbols[left.next];
        auto const* merge = find(left.id, right.id);
        if (!merge || merge->rank != rank)
            continue;                                           // a neighbour has changed since
        left.id = id;
        left.next = right.next;
        right.merged = true;
        if (left.next >= 0)
            symbols[left.next].previous = at;
        consider(left.previous);
        consider(at);
    }
    for (std::int32_t at = 0; at >= 0; at = symbols[at].next)
        ids.push_back(symbols[at].id);
}

}
