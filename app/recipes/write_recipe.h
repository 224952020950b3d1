// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a picture was made, as the texts that lie in it: A1111's `parameters`, which every program reads, our own JSON,
// which holds everything, and the IPTC's label for pictures that a model made.

#include "app/picture/png.h"
#include "models/api/metadata_choice.h"
#include "models/api/request.h"

#include <string>
#include <string_view>
#include <vector>

namespace igneous {

/// The text of a PNG, or of the other formats' XMP, that holds our JSON.
constexpr std::string_view recipe_key = "igneous";

/// What lies in picture `index` of the request's batch. Width and height must be the picture's own. Models and adapters
/// are named without their places and nothing tells the time, so that the same request gives the same file anywhere.
std::vector<PictureText> recipe_texts(
    GenerationRequest const& request, int index, MetadataChoice const& choice = {});

/// The request with its files named as recipes name them, whoever wrote it: without where they lie.
GenerationRequest placeless(GenerationRequest request);

/// "starter", "stable-diffusion-v1-5": a model's folder or file without where it lies.
std::string model_name(std::string const& model);

}
