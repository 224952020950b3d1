// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the tests of the readers share.

#include "app/recipes/recipe.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace igneous::test {

inline Recipe read(std::vector<PictureText> const& texts)
{
    auto recipe = read_recipe(texts);
    REQUIRE(recipe);
    return *recipe;
}

/// Whether a note speaks of `what`.
inline bool notes(Recipe const& recipe, std::string_view what)
{
    return std::ranges::any_of(recipe.notes, [&](std::string const& note) { return note.find(what) != note.npos; });
}

}
