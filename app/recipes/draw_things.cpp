// SPDX-License-Identifier: Apache-2.0
// Draw Things: XMP with xmp:CreatorTool "Draw Things" and JSON in exif:UserComment.
#include "app/picture/xmp.h"
#include "app/recipes/reader.h"
#include "app/recipes/sampler_names.h"

#include <algorithm>

namespace igneous {

namespace {

using nlohmann::json;

constexpr std::string_view silent[] = { "c", "uc", "model", "seed", "seed_mode", "steps", "scale", "sampler", "size",
    "lora", "strength", "v2", "profile" };

/// "512x768"
void take_size(GenerationRequest& request, std::string_view text)
{
    std::size_t const x = std::min(text.find('x'), text.size());
    request.width = count_from(integer_from(text.substr(0, x))).value_or(0);
    request.height = count_from(integer_from(text.substr(std::min(x + 1, text.size())))).value_or(0);
}

/// Where its noise comes from. "Scale Alike", its default, is noise of its own.
void take_seed_mode(Recipe& recipe, std::string_view mode)
{
    recipe.request.rng = mode == "NVIDIA GPU Compatible" ? "torch-cuda" : "torch-cpu";
    if (mode != "NVIDIA GPU Compatible" && mode != "Torch CPU Compatible")
        note_lost(recipe, "seed_mode", mode);
}

}

std::optional<Recipe> read_draw_things(Texts texts)
{
    auto const properties = xmp_properties(text_of(texts, xmp_key));
    auto const property = [&](std::string_view name) {
        auto const found = std::ranges::find(properties, name, &XmpProperty::name);
        return found == properties.end() ? std::string_view {} : std::string_view(found->value);
    };
    if (!property("xmp:CreatorTool").starts_with("Draw Things"))
        return {};
    std::string_view const text = property("exif:UserComment");
    json const parsed = parse_json(text);
    if (!parsed.is_object())
        return {};
    Recipe recipe { .program = "Draw Things", .raw = std::string(text) };
    GenerationRequest& request = recipe.request;
    SamplingSettings& s = request.sampling;
    request.prompt = string_field(parsed, "c").value_or("");
    request.negative_prompt = string_field(parsed, "uc").value_or("");
    request.model = file_stem(string_field(parsed, "model").value_or(""));
    request.seed = seed_field(parsed, "seed").value_or(0);
    take_seed_mode(recipe, string_field(parsed, "seed_mode").value_or("Scale Alike"));
    take_size(request, string_field(parsed, "size").value_or(""));
    s.steps = count_from(integer_field(parsed, "steps")).value_or(s.steps);
    s.cfg = number_field(parsed, "scale").value_or(s.cfg);
    s.schedule.clear();
    set_sampler(recipe, string_field(parsed, "sampler").value_or(""));
    if (s.schedule.empty())
        s.schedule = automatic_schedule(s.sampler);
    if (auto const strength = number_field(parsed, "strength"); strength && *strength < 1)
        begin_from_picture(recipe, *strength, "a1111");
    request.clip_skip = std::max(1, count_from(integer_field(object_field(parsed, "v2"), "clipSkip")).value_or(1));
    json const& loras = object_field(parsed, "lora");
    for (json const& lora : loras.is_array() ? loras : json::array())
        if (auto const name = string_field(lora, "model"))
            add_lora(recipe, { .name = *name, .weight = number_field(lora, "weight").value_or(1) });
    for (auto const& [name, value] : parsed.items())
        if (std::ranges::find(silent, name) == std::end(silent) && !value.is_null() && value != false && value != 0
            && value != "")
            note_lost(recipe, name, value.is_string() ? value.get<std::string>() : value.dump());
    return recipe;
}

}
