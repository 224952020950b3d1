// SPDX-License-Identifier: Apache-2.0
#pragma once

// Taking over how a picture was made: all of it, or one part.

#include "app/gallery/gallery_picture.h"
#include "models/api/request.h"

#include <optional>

namespace igneous {

enum class Recall : std::uint8_t {
    all,
    seed,
    prompts,                               // with the LoRAs, which stand in the prompt
    remix,                                 // all but the seed
    size,
};

/// `now` with what is asked for of `then`. Init pictures and masks are never part of it.
GenerationRequest recalled(GenerationRequest const& now, GenerationRequest const& then, Recall what);

/// Nothing for pictures without a recipe, or with one that a newer program wrote.
std::optional<GenerationRequest> request_of(PictureFacts const& facts);

}
