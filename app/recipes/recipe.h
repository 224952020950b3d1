// SPDX-License-Identifier: Apache-2.0
#pragma once

// A recipe is how a picture was made: a request that makes it again, or comes close and says where it does not. Recipes
// of other programs are read from the texts that those programs leave in their pictures; docs/recipes.md lists them.
// Whatever those texts are, there is an answer soon: a recipe, or none.

#include "app/picture/png.h"
#include "models/api/request.h"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace igneous {

struct Recipe {
    GenerationRequest request; // model and adapters by name, as that program calls them
    int index = 0; // which picture of the request's batch this is
    bool masked = false; // the picture that it began from had a mask
    std::string program; // "Igneous", "A1111", "ComfyUI"...
    std::vector<std::string> notes; // what could not be carried over, a sentence each
    std::string raw; // the text that it was read from
};

/// Nothing where no program known here left its recipe.
std::optional<Recipe> read_recipe(std::span<PictureText const> texts);
/// Of a picture: PNG, JPEG or WebP. Throws file_missing or file_damaged where it is no picture.
std::optional<Recipe> read_recipe(std::filesystem::path const& picture);
/// The same of a file in memory; `who` is what messages call it.
std::optional<Recipe> read_recipe(std::span<std::byte const> file, std::string_view who);

/// The request of this picture alone, without the rest of its batch. On most devices it gives the same picture; where a
/// batch takes other kernels than one picture does, only the whole batch gives it to the last bit.
GenerationRequest alone(Recipe const& recipe);

struct Difference {
    std::string field, one, other; // as people read them: "sampler", "euler", "dpmpp_2m"
    bool operator==(Difference const&) const = default;
};

/// What differs between two requests, in the order in which requests are shown; "" where one lacks the field.
std::vector<Difference> diff_requests(GenerationRequest const& one, GenerationRequest const& other);

/// The fields of a request with their values, as people read them, without those that are empty.
std::vector<std::pair<std::string, std::string>> request_fields(GenerationRequest const& request);

}
