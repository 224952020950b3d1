// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where the files lie here that a recipe names.

#include "app/library/library_store.h"
#include "models/api/request.h"

namespace igneous {

/// Gives the model, the VAE and the LoRAs of a recipe, which are names and hashes, their places: by hash, whatever they are
/// called here, else by name. What is found nowhere keeps its name. `notes` get a sentence where a file has the name but
/// another hash.
void find_recipe_files(GenerationRequest& request, LibraryStore& library, std::vector<std::string>& notes);

}
