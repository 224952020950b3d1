// SPDX-License-Identifier: Apache-2.0
#include "models/prompt/weighted_encoding.h"

#include "models/api/error.h"

#include <numeric>

namespace igneous {

static void check_sizes(size_t numbers, PromptChunks const& chunks, int width)
{
    require(width > 0 && chunks.size() > 0, "prompt weights: expected chunks and a width but got {} and {}",
        chunks.size(), width);
    size_t const expected = chunks.size() * chunks.ids[0].size() * static_cast<size_t>(width);
    require(numbers == expected, "prompt weights: expected {} numbers (chunks x tokens x {}) but got {}", expected,
        width, numbers);
}

static double mean(std::span<float const> numbers)
{
    return std::accumulate(numbers.begin(), numbers.end(), 0.) / static_cast<double>(numbers.size());
}

void apply_weights_a1111(std::span<float> encoding, PromptChunks const& chunks, int width, Emphasis emphasis)
{
    check_sizes(encoding.size(), chunks, width);
    size_t const tokens = chunks.ids[0].size(), row = static_cast<size_t>(width);
    for (size_t c = 0; c < chunks.size(); ++c) {
        auto const chunk = encoding.subspan(c * tokens * row, tokens * row);
        double const before = mean(chunk);
        for (size_t t = 0; t < tokens; ++t)
            for (float& value : chunk.subspan(t * row, row))
                value *= static_cast<float>(chunks.weights[c][t]);
        double const after = mean(chunk);
        if (emphasis == Emphasis::original && after != 0)
            for (float& value : chunk)
                value *= static_cast<float>(before / after);
    }
}

void apply_weights_comfy(std::span<float> encoding, std::span<float const> empty, PromptChunks const& chunks, int width)
{
    check_sizes(encoding.size(), chunks, width);
    size_t const tokens = chunks.ids[0].size(), row = static_cast<size_t>(width);
    require(empty.size() == tokens * row, "prompt weights: expected {} numbers for the empty prompt but got {}",
        tokens * row, empty.size());
    for (size_t c = 0; c < chunks.size(); ++c)
        for (size_t t = 0; t < tokens; ++t) {
            auto const weight = static_cast<float>(chunks.weights[c][t]);
            for (size_t i = 0; weight != 1 && i < row; ++i) {
                float& value = encoding[(c * tokens + t) * row + i];
                value = (value - empty[t * row + i]) * weight + empty[t * row + i];
            }
        }
}

}
