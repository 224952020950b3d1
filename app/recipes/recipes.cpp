// SPDX-License-Identifier: Apache-2.0
#include "app/recipes/reader.h"

#include "app/picture/picture.h"

namespace igneous {

namespace {

/// Who is asked first: programs whose mark nobody else leaves. Many write A1111's text beside their own.
constexpr std::optional<Recipe> (*readers[])(Texts) = {
    read_igneous,
    read_swarmui,
    read_fooocus,
    read_invokeai,
    read_novelai,
    read_draw_things,
    read_comfyui,
    read_a1111,
};

}

std::optional<Recipe> read_recipe(std::span<PictureText const> texts)
{
    constexpr std::size_t most_notes = 40;
    for (auto const reader : readers) {
        if (auto recipe = reader(texts)) {
            if (recipe->notes.size() > most_notes) {
                recipe->notes.resize(most_notes);
                recipe->notes.push_back("and more");
            }
            return recipe;
        }
    }
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
