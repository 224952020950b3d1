// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/conditioning.h"

#include "models/prompt/lora_tags.h"
#include "models/prompt/weighted_encoding.h"

#include <algorithm>
#include <cstring>

namespace igneous {

namespace {

/// Chunks of 75 tokens: more than any artist writes, and attention over them still fits.
constexpr std::size_t most_chunks = 64;

/// The encoding of every chunk, [chunks * 77 * D]. One chunk a run: a prompt's numbers never depend on how many chunks the
/// other prompt has.
std::vector<float> encode_chunks(PromptChunks const& chunks, LoadedModel const& model, PartRunner& text, std::stop_token stop)
{
    std::vector<float> encoding;
    for (std::vector<std::int32_t> const& ids : chunks.ids) {
        auto const length = static_cast<std::int64_t>(ids.size());
        std::vector<std::int32_t> const end = model.parts.text_encoder.end_of_text(ids, ids.size());
        text.program().write("input_ids", HostTensor::from({ 1, length }, std::span(ids)));
        text.program().write("end", HostTensor::from({ 1 }, std::span(end)));
        text.run(stop);
        HostTensor const context = text.program().read("context");
        encoding.insert(encoding.end(), context.f32().begin(), context.f32().end());
    }
    return encoding;
}

}

ChunkRules chunk_rules(ClipTokenizer const& tokenizer, int tokens)
{
    return { tokenizer.bos(), tokenizer.eos(), tokenizer.pad(), tokenizer.comma(), tokens };
}

TokenizedPrompts tokenize_prompts(GenerationRequest const& request, LoadedModel const& model)
{
    ClipTokenizer const& tokenizer = model.tokenizer;
    int const tokens = model.parts.config.text.max_tokens;
    ChunkRules const rules = chunk_rules(tokenizer, tokens);
    EncodeText const encode = [&](std::string_view text) { return tokenizer.encode(text); };
    TokenizedPrompts prompts;
    prompts.weighting = weighting_from_name(request.weighting);
    prompts.positive = make_chunks(without_lora_tags(request.prompt), prompts.weighting, encode, rules);
    prompts.negative = make_chunks(request.negative_prompt, prompts.weighting, encode, rules);
    prompts.empty = make_chunks("", prompts.weighting, encode, rules);
    for (auto const& [which, chunks] : { std::pair { "prompt", &prompts.positive }, std::pair { "negative prompt", &prompts.negative } })
        require(chunks->size() <= most_chunks, "{}: its tokens fill {} chunks of {} but at most {} can be encoded; shorten it", which, chunks->size(),
            tokens - 2, most_chunks);
    std::size_t const count = std::max(prompts.positive.size(), prompts.negative.size());
    pad_chunks(prompts.positive, count, rules);
    pad_chunks(prompts.negative, count, rules);
    return prompts;
}

HostTensor encode_prompts(TokenizedPrompts const& prompts, LoadedModel const& model, PartRunner& text, int copies, int batch, std::stop_token stop)
{
    int const width = model.parts.config.text.channels;
    int const tokens = model.parts.config.text.max_tokens;
    auto const weighted = [&](PromptChunks const& chunks) {
        std::vector<float> encoding = encode_chunks(chunks, model, text, stop);
        if (!chunks.is_weighted())
            return encoding;
        if (prompts.weighting == Weighting::a1111)
            apply_weights_a1111(encoding, chunks, width);
        else
            apply_weights_comfy(encoding, encode_chunks(prompts.empty, model, text, stop), chunks, width);
        return encoding;
    };
    HostTensor context(DType::f32, { copies * batch, static_cast<std::int64_t>(prompts.positive.size()) * tokens, width });
    auto target = context.f32().begin();
    auto const fill = [&](std::vector<float> const& encoding) {
        for (int i = 0; i < batch; ++i)
            target = std::ranges::copy(encoding, target).out;
    };
    if (copies == 2)
        fill(weighted(prompts.negative));
    fill(weighted(prompts.positive));
    return context;
}

}
