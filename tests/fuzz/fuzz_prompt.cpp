// SPDX-License-Identifier: Apache-2.0
// Any bytes are a prompt in both dialects: never an error, every chunk whole, no weight that is not a number.
#include "models/prompt/prompt_chunks.h"

#include <cmath>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string_view const prompt { reinterpret_cast<char const*>(data), size };
    igneous::ChunkRules const rules { .bos = 300, .eos = 301, .pad = 302, .comma = ',', .max_length = 12 };
    auto const encode = [](std::string_view text) {
        std::vector<std::int32_t> ids;
        for (char c : text) {
            if (c != ' ')
                ids.push_back(static_cast<unsigned char>(c));
        }
        return ids;
    };
    for (auto dialect : { igneous::Weighting::a1111, igneous::Weighting::comfy }) {
        for (igneous::PromptSegment const& segment : igneous::parse_prompt(prompt, dialect)) {
            if (std::isnan(segment.weight))
                std::abort();
        }
        igneous::PromptChunks chunks = igneous::make_chunks(prompt, dialect, encode, rules);
        igneous::pad_chunks(chunks, chunks.size() + 1, rules);
        if (chunks.ids.size() < 2 || chunks.weights.size() != chunks.ids.size())
            std::abort();
        for (std::size_t i = 0; i < chunks.size(); ++i) {
            if (chunks.ids[i].size() != 12 || chunks.weights[i].size() != 12 || chunks.ids[i][0] != rules.bos)
                std::abort();
        }
    }
    return 0;
}
