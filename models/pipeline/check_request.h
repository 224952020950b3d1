// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a request may ask of a model. Every message says what was given, what is possible and what to do.

#include "models/api/request.h"
#include "models/families/stable_diffusion/config.h"

namespace igneous {

/// The request with everything filled in that the model decides (size) and the picture's size taken from the init image
/// where none is given. Throws invalid_argument.
GenerationRequest completed(GenerationRequest request, StableDiffusionConfig const& model);

/// "ill-formed at byte 12" for text that is no UTF-8, empty for good text.
std::string utf8_problem(std::string_view text);

}
