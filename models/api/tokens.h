// SPDX-License-Identifier: Apache-2.0
#pragma once

// How long a prompt is, as the model counts: for those who show it while somebody writes.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

namespace igneous {

/// Text encoders read a prompt in chunks of `per_chunk` tokens. A chunk that ends early, at BREAK say, counts whole.
struct TokenCount {
    int tokens = 0;
    int chunks = 1;
    int per_chunk = 75;
    int room() const { return chunks * per_chunk; }
    bool operator==(TokenCount const&) const = default;
};

enum class PromptSide : std::uint8_t { positive, negative };

/// A model's tokenizer. Loading takes tens of milliseconds, counting a prompt far less than one. Safe to use from
/// several threads.
class TokenCounter {
public:
    /// `clip_vocabulary`: as for the pipelines, for a model without a tokenizer. Throws file_missing or file_damaged.
    static std::shared_ptr<TokenCounter const> load(
        std::filesystem::path const& model, std::filesystem::path const& clip_vocabulary);
    ~TokenCounter();

    /// The very chunks that the pipelines encode: weights, brackets, BREAK and, in a positive prompt, <lora:> tags are
    /// no tokens. `weighting` is a request's: "a1111" or "comfy". Throws invalid_argument for another.
    TokenCount count(std::string_view prompt, PromptSide side, std::string_view weighting) const;

private:
    struct Data;
    explicit TokenCounter(std::unique_ptr<Data> data);
    std::unique_ptr<Data> m_data;
};

}
