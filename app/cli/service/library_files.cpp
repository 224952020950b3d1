// SPDX-License-Identifier: Apache-2.0
#include "app/cli/library_files.h"

#include "app/files/places.h"
#include "app/library/recipe_files.h"

namespace igneous {

void find_in_library(GenerationRequest& request, std::vector<std::string>& notes)
{
    std::error_code error;
    if (std::filesystem::path const file = data_folder() / "library.db"; std::filesystem::exists(file, error)) {
        LibraryStore library(file);
        find_recipe_files(request, library, notes);
    }
}

}
