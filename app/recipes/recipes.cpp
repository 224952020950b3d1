// SPDX-License-Identifier: Apache-2.0
#include "app/recipes/reader.h"

#include "app/files/file.h"
#include "app/files/places.h"
#include "app/picture/alpha_text.h"
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

/// Looked for there alone: to decode every picture would be slow.
bool has_alpha_in_png(std::span<std::byte const> file)
{
    constexpr std::size_t colour_type = 25;
    constexpr std::byte png_begin { 0x89 }, rgba { 6 };
    return file.size() > colour_type && file[0] == png_begin && file[colour_type] == rgba;
}

/// The texts that NovelAI writes beside the picture too, by name in a JSON object; or A1111's.
std::vector<PictureText> texts_in_alpha(Image const& image)
{
    std::vector<PictureText> texts;
    std::optional<std::string> const text = text_in_alpha(image);
    if (!text)
        return texts;
    nlohmann::json const object = parse_json(*text);
    if (!object.is_object())
        return { { "parameters", *text } };
    for (auto const& [key, value] : object.items())
        texts.push_back({ key, value.is_string() ? value.get<std::string>() : value.dump() });
    return texts;
}

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

std::optional<Recipe> read_recipe(std::span<std::byte const> file, std::string_view who)
{
    if (auto recipe = read_recipe(decode_picture_texts(file, who)))
        return recipe;
    return read_recipe(has_alpha_in_png(file) ? texts_in_alpha(decode_picture(file, who)) : std::vector<PictureText>());
}

std::optional<Recipe> read_recipe(std::filesystem::path const& picture)
{
    return read_recipe(read_file(picture, largest_picture_file), utf8_name(picture));
}

GenerationRequest alone(Recipe const& recipe)
{
    GenerationRequest request = recipe.request;
    request.seed += static_cast<std::uint64_t>(recipe.index);
    request.batch = 1;
    return request;
}

}
