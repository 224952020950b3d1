// SPDX-License-Identifier: Apache-2.0
#pragma once

// How weights act on what the text encoder made of the tokens. `encoding` is [chunks, max_length, width] in f32, row by
// row as in PromptChunks, and is changed in place. Throws invalid_argument where the sizes do not fit.

#include "models/prompt/prompt_chunks.h"

#include <span>

namespace igneous {

enum class Emphasis {
    original,    // A1111's default: multiply, then restore the mean of each chunk
    no_norm,     // A1111's "No norm": multiply only
};

/// AUTOMATIC1111: each token's row times its weight, then, for `original`, each chunk is scaled so that the mean of all
/// of its numbers is what it was.
void apply_weights_a1111(
    std::span<float> encoding, PromptChunks const& chunks, int width, Emphasis emphasis = Emphasis::original);

/// ComfyUI: each row is moved away from (or towards) the row of the empty prompt at its place, z = (z - empty) * weight
/// + empty. `empty` is [max_length, width], the encoding of "".
void apply_weights_comfy(
    std::span<float> encoding, std::span<float const> empty, PromptChunks const& chunks, int width);

}
