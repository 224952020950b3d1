// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where the files lie here that a recipe names.

#include "app/library/library_store.h"
#include "models/api/request.h"

namespace igneous {

/// The model of that kind with the hash, whatever it is called here, else with the name, in whatever folder and with whatever
/// ending; empty where there is none. `notes` get a sentence where it has the name but another hash.
std::string find_model_file(LibraryStore& library, ModelType type, std::string const& name, std::string const& hash,
    std::vector<std::string>& notes);

/// Gives the model, the VAE and the LoRAs of a recipe, which are names and hashes, their places. What is found nowhere keeps
/// its name.
void find_recipe_files(GenerationRequest& request, LibraryStore& library, std::vector<std::string>& notes);

}
