// SPDX-License-Identifier: Apache-2.0
#include "models/api/tokens.h"

#include "models/pipeline/conditioning.h"
#include "models/pipeline/loaded_model.h"
#include "models/prompt/lora_tags.h"

namespace igneous {

struct TokenCounter::Data {
    ClipTokenizer tokenizer;
    ChunkRules rules;
};

std::shared_ptr<TokenCounter const> TokenCounter::load(
    std::filesystem::path const& model, std::filesystem::path const& clip_vocabulary)
{
    ClipTokenizer tokenizer = load_tokenizer(model, clip_vocabulary);
    std::filesystem::path const config = model / "text_encoder" / "config.json";
    std::error_code ignored;
    int const tokens = std::filesystem::exists(config, ignored) ? ClipTextConfig::from(Config::read(config)).max_tokens
                                                                : tokenizer.max_length();
    ChunkRules const rules = chunk_rules(tokenizer, tokens);
    return std::shared_ptr<TokenCounter const>(
        new TokenCounter(std::make_unique<Data>(Data { std::move(tokenizer), rules })));
}

TokenCounter::TokenCounter(std::unique_ptr<Data> data)
    : m_data(std::move(data))
{
}

TokenCounter::~TokenCounter() = default;

TokenCount TokenCounter::count(std::string_view prompt, PromptSide side, std::string_view weighting) const
{
    EncodeText const encode = [&](std::string_view text) { return m_data->tokenizer.encode(text); };
    std::string const text = side == PromptSide::positive ? without_lora_tags(prompt) : std::string(prompt);
    PromptChunks const chunks = make_chunks(text, weighting_from_name(weighting), encode, m_data->rules);
    int const count = static_cast<int>(chunks.size()), room = m_data->rules.max_length - 2;
    return { .tokens = (count - 1) * room + static_cast<int>(chunks.last), .chunks = count, .per_chunk = room };
}

}
