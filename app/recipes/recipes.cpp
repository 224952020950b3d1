// SPDX-License-Identifier: Apache-2.0
#include "app/recipes/reader.h"

#include "app/picture/picture.h"

namespace igneous {

namespace {

/// Who is asked first: programs whose mark nobody else leaves. Many write A1111's text beside their own.
constexpr std::optional<Recipe> (*readers[])(Texts) = {
    read_igneous,
    read_a1111,
};

}

std::optional<Recipe> read_recipe(std::span<PictureText const> texts)
{
    for (auto const reader : readers)
        if (auto recipe = reader(texts))
            return recipe;
    return {};
}

std::optional<Recipe> read_recipe(std::filesystem::path const& picture)
{
    return read_recipe(read_picture_texts(picture));
}

GenerationRequest alone(Recipe const& recipe)
{
    GenerationRequest request = recipe.request;
    request.seed += static_cast<std::uint64_t>(recipe.index);
    request.batch = 1;
    return request;
}

}
