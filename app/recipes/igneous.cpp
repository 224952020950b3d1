// SPDX-License-Identifier: Apache-2.0
// Our own recipes: the request as JSON, with the picture's index in its batch.
#include "app/recipes/reader.h"
#include "app/recipes/write_recipe.h"
#include "models/api/error.h"

#include <algorithm>

namespace igneous {

std::optional<Recipe> read_igneous(Texts texts)
{
    constexpr std::int64_t known_version = 1;
    std::string_view const text = text_of(texts, recipe_key);
    nlohmann::json const json = parse_json(text);
    if (!json.is_object())
        return {};
    Recipe recipe { .program = "Igneous", .raw = std::string(text) };
    try {
        recipe.request = request_from_json(text);
    } catch (Error const&) {
        return {};                         // the A1111 text beside it may be whole
    }
    GenerationRequest const& r = recipe.request;
    recipe.index = count_from(integer_field(json, "index")).value_or(0);
    if (std::min({ r.width, r.height, r.batch, r.clip_skip, r.sampling.steps }) < 0 || recipe.index >= r.batch)
        return {};
    if (integer_field(json, "version").value_or(known_version) > known_version)
        recipe.notes.push_back("it was written by a newer Igneous: what that added is not read");
    if (r.init) {
        recipe.masked = object_field(object_field(json, "init"), "mask") == true;
        recipe.notes.push_back(recipe.masked ? "the picture that it began from and its mask are not in it"
                                             : "the picture that it began from is not in it");
    }
    return recipe;
}

}
