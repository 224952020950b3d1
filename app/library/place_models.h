// SPDX-License-Identifier: Apache-2.0
#pragma once

// Recipes name models; here they have places. Finds the files that a recipe means among the models of the library.

#include "app/library/base_match.h"
#include "app/library/library_store.h"
#include "models/api/request.h"

namespace igneous {

/// Gives the request's model, VAE and LoRAs their files: by hash where the recipe has one, else by name. `usual` is used where
/// its model is not here. Returns a sentence for the user for everything that is not here.
std::vector<std::string> place_models(LibraryStore& store, GenerationRequest& request, std::string const& usual);

/// What adapters for the model must be made for: as the library knows it, else as the file or folder itself says.
ChosenModel look_at_model(LibraryStore& store, std::filesystem::path const& model);

}
