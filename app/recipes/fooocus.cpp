// SPDX-License-Identifier: Apache-2.0
// Fooocus: JSON in `parameters` (in PNG beside `fooocus_scheme`, elsewhere in EXIF's UserComment beside MakerNote), or
// A1111's text where that scheme was chosen, which a1111.cpp reads. It runs ComfyUI's samplers.
#include "app/recipes/reader.h"

#include <format>

namespace igneous {

namespace {

using nlohmann::json;

// What says nothing about the picture, or stands for something that was read.
constexpr std::string_view silent[] = { "prompt", "negative_prompt", "base_model", "base_model_hash", "seed", "steps",
    "guidance_scale", "sampler", "scheduler", "resolution", "clip_skip", "loras", "metadata_scheme", "version",
    "full_prompt", "full_negative_prompt", "created_by", "performance", "prompt_expansion" };

/// "(1152, 896)"
void take_resolution(GenerationRequest& request, std::string_view text)
{
    std::size_t const open = text.find('('), comma = text.find(','), close = text.find(')');
    if (open == text.npos || comma == text.npos || close == text.npos || comma < open || close < comma)
        return;
    auto const width = count_from(integer_from(text.substr(open + 1, comma - open - 1)));
    auto const height = count_from(integer_from(text.substr(comma + 1, close - comma - 1)));
    if (width && height) {
        request.width = *width;
        request.height = *height;
    }
}

/// Whether a field has the value that changes nothing.
bool is_neutral(std::string_view name, json const& value)
{
    if (name.starts_with("lora_combined_") || value.is_null() || value == "" || value == false || value == "None"
        || value == "Default (model)" || value == "[]")
        return true;
    return name == "refiner_switch" || name == "styles_definition";
}

}

std::optional<Recipe> read_fooocus(Texts texts)
{
    std::string_view const text = text_of(texts, "parameters");
    json const parsed = text.starts_with('{') ? parse_json(text) : json();
    bool const marked = text_of(texts, "fooocus_scheme") == "fooocus" || text_of(texts, "MakerNote") == "fooocus"
                        || string_field(parsed, "metadata_scheme") == "fooocus"
                        || string_field(parsed, "version").value_or("").starts_with("Fooocus");
    if (!marked || !parsed.is_object())
        return {};
    Recipe recipe { .program = "Fooocus", .raw = std::string(text) };
    GenerationRequest& request = recipe.request;
    SamplingSettings& s = request.sampling;
    use_comfyui_habits(request);
    request.weighting = "a1111";
    request.prompt = string_field(parsed, "prompt").value_or("");
    request.negative_prompt = string_field(parsed, "negative_prompt").value_or("");
    request.model = file_stem(string_field(parsed, "base_model").value_or(""));
    request.model_hash = clean_hash(string_field(parsed, "base_model_hash").value_or(""));
    request.seed = seed_field(parsed, "seed").value_or(0);
    request.clip_skip = count_from(integer_field(parsed, "clip_skip")).value_or(1);
    s.steps = count_from(integer_field(parsed, "steps")).value_or(s.steps);
    s.cfg = number_field(parsed, "guidance_scale").value_or(s.cfg);
    if (auto const sampler = string_field(parsed, "sampler"))
        set_sampler(recipe, *sampler);
    if (auto const schedule = string_field(parsed, "scheduler"))
        set_schedule(recipe, *schedule);
    take_resolution(request, string_field(parsed, "resolution").value_or(""));
    json const& loras = object_field(parsed, "loras");
    for (json const& lora : loras.is_array() ? loras : json::array())
        if (lora.is_array() && lora.size() >= 2 && lora[0].is_string() && lora[1].is_number())
            add_lora(recipe, { .name = lora[0].get<std::string>(),
                                 .hash = lora.size() > 2 && lora[2].is_string() ? lora[2].get<std::string>() : "",
                                 .weight = lora[1].get<double>() });
    for (auto const& [name, value] : parsed.items())
        if (std::ranges::find(silent, name) == std::end(silent) && !is_neutral(name, value))
            note_lost(recipe, name, value.is_string() ? value.get<std::string>() : value.dump());
    return recipe;
}

}
