// SPDX-License-Identifier: Apache-2.0
#include "models/prompt/prompt_chunks.h"

#include "models/api/error.h"

#include <algorithm>
#include <span>

namespace igneous {

bool PromptChunks::is_weighted() const
{
    return std::ranges::any_of(
        weights, [](auto const& chunk) { return std::ranges::any_of(chunk, [](double w) { return w != 1; }); });
}

/// Adds one chunk of BOS, the given tokens (at most max_length - 2), EOS and padding.
static void add_chunk(
    PromptChunks& chunks, ChunkRules const& rules, std::span<std::int32_t const> ids, std::span<double const> weights)
{
    auto const length = static_cast<size_t>(rules.max_length);
    std::vector<std::int32_t> chunk { rules.bos };
    std::vector<double> chunk_weights { 1 };
    chunk.insert(chunk.end(), ids.begin(), ids.end());
    chunk_weights.insert(chunk_weights.end(), weights.begin(), weights.end());
    chunk.push_back(rules.eos);
    chunk.resize(length, rules.pad);
    chunk_weights.resize(length, 1);
    chunks.ids.push_back(std::move(chunk));
    chunks.weights.push_back(std::move(chunk_weights));
    chunks.last = ids.size();
}

static PromptChunks chunk_a1111(
    std::vector<PromptSegment> const& segments, EncodeText const& encode, ChunkRules const& rules)
{
    constexpr size_t backtrack = 20;
    auto const room = static_cast<size_t>(rules.max_length) - 2;
    PromptChunks chunks;
    std::vector<std::int32_t> ids;
    std::vector<double> weights;
    std::optional<size_t> last_comma;
    auto const finish = [&](size_t count) {                       // a chunk of the first `count`, the others stay
        add_chunk(chunks, rules, std::span(ids).first(count), std::span(weights).first(count));
        ids.erase(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count));
        weights.erase(weights.begin(), weights.begin() + static_cast<std::ptrdiff_t>(count));
        last_comma.reset();
    };
    for (auto const& segment : segments) {
        if (segment.is_break) {
            finish(ids.size());
            continue;
        }
        for (std::int32_t const id : encode(segment.text)) {
            if (id == rules.comma)
                last_comma = ids.size();
            else if (ids.size() == room && last_comma && ids.size() - *last_comma <= backtrack)
                finish(*last_comma + 1);
            if (ids.size() == room)
                finish(room);
            ids.push_back(id);
            weights.push_back(segment.weight);
        }
    }
    if (!ids.empty() || chunks.ids.empty())
        finish(ids.size());
    return chunks;
}

static PromptChunks chunk_comfy(
    std::vector<PromptSegment> const& segments, EncodeText const& encode, ChunkRules const& rules)
{
    constexpr size_t large = 8;                                   // a group of so many tokens may be cut
    auto const room = static_cast<size_t>(rules.max_length) - 2;
    PromptChunks chunks;
    std::vector<std::int32_t> ids;
    std::vector<double> weights;
    auto const finish = [&] {
        add_chunk(chunks, rules, ids, weights);
        ids.clear();
        weights.clear();
    };
    for (auto const& segment : segments) {
        auto const encoded = encode(segment.text);
        std::span<std::int32_t const> group(encoded);
        while (!group.empty()) {
            bool const fits = ids.size() + group.size() <= room;
            bool const may_cut = encoded.size() >= large || group.size() > room;
            size_t const count = fits ? group.size() : may_cut ? room - ids.size() : 0;
            ids.insert(ids.end(), group.begin(), group.begin() + static_cast<std::ptrdiff_t>(count));
            weights.insert(weights.end(), count, segment.weight);
            group = group.subspan(count);
            if (!fits)
                finish();
        }
    }
    if (!ids.empty() || chunks.ids.empty())
        finish();
    return chunks;
}

PromptChunks chunk_prompt(
    std::vector<PromptSegment> const& segments, Weighting dialect, EncodeText const& encode, ChunkRules const& rules)
{
    require(rules.max_length >= 3, "prompt: chunks must hold at least 3 tokens but hold {}", rules.max_length);
    return dialect == Weighting::a1111 ? chunk_a1111(segments, encode, rules) : chunk_comfy(segments, encode, rules);
}

PromptChunks make_chunks(std::string_view prompt, Weighting dialect, EncodeText const& encode, ChunkRules const& rules)
{
    return chunk_prompt(parse_prompt(prompt, dialect), dialect, encode, rules);
}

void pad_chunks(PromptChunks& chunks, size_t count, ChunkRules const& rules)
{
    while (chunks.size() < count)
        add_chunk(chunks, rules, {}, {});
}

}
