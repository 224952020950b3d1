// SPDX-License-Identifier: Apache-2.0
#pragma once

// Only where the build has the service (IGNEOUS_SERVICE).

#include "models/api/request.h"

#include <string>
#include <vector>

namespace igneous {

/// Gives the files that a recipe names their places in the model library (see find_recipe_files), if there is one yet.
void find_in_library(GenerationRequest& request, std::vector<std::string>& notes);

}
