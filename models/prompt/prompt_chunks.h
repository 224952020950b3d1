// SPDX-License-Identifier: Apache-2.0
#pragma once

// A text encoder reads 77 tokens at a time: BOS, 75 of the prompt, EOS. Longer prompts are cut into chunks of that
// form, which are encoded one by one and joined. The two dialects cut at different places.

#include "models/prompt/prompt_weights.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace igneous {

/// A tokenizer as far as prompts care: text to ids, without BOS and EOS.
using EncodeText = std::function<std::vector<std::int32_t>(std::string_view)>;

struct ChunkRules {
    std::int32_t bos = 0, eos = 0, pad = 0;
    std::optional<std::int32_t> comma;      // where A1111 prefers to cut
    int max_length = 77;                    // of a chunk, with BOS and EOS
};

/// Chunks of max_length ids each and the weight of each id; BOS, EOS and padding weigh 1. At least one chunk.
struct PromptChunks {
    std::vector<std::vector<std::int32_t>> ids;
    std::vector<std::vector<double>> weights;
    size_t last = 0;                        // tokens of the prompt in its last chunk: without BOS, EOS and padding

    size_t size() const { return ids.size(); }
    bool is_weighted() const;               // whether any weight is not 1
};

/// Cuts a prompt into chunks as the dialect does. A1111: after 75 tokens, or at the last comma if at most 20 tokens
/// follow it, and at BREAK. ComfyUI: pieces of fewer than 8 tokens that have a weight of their own stay whole. Throws
/// invalid_argument for a max_length under 3.
PromptChunks chunk_prompt(
    std::vector<PromptSegment> const& segments, Weighting dialect, EncodeText const& encode, ChunkRules const& rules);

/// parse_prompt and chunk_prompt in one.
PromptChunks make_chunks(std::string_view prompt, Weighting dialect, EncodeText const& encode, ChunkRules const& rules);

/// Appends chunks of an empty prompt until there are `count`: both prompts of a guided picture need as many.
void pad_chunks(PromptChunks& chunks, size_t count, ChunkRules const& rules);

}
