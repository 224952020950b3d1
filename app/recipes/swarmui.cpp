// SPDX-License-Identifier: Apache-2.0
// SwarmUI: JSON in `parameters`, with everything that differs from its defaults in sui_image_params. It runs ComfyUI.
#include "app/recipes/reader.h"

#include <algorithm>
#include <format>

namespace igneous {

namespace {

using nlohmann::json;

constexpr std::string_view known[] = { "prompt", "negativeprompt", "model", "seed", "steps", "cfgscale", "width",
    "height", "sampler", "comfyuisampler", "scheduler", "comfyuischeduler", "loras", "loraweights", "clipstopatlayer",
    "initimagecreativity" };
constexpr std::string_view silent[] = { "aspectratio", "swarm_version", "images", "batchsize", "nopreviews",
    "imageformat", "automaticvae", "personalnote", "donotsave", "savesegmentmask", "date", "generation_time",
    "original_prompt", "used_wildcards", "wildcardseed", "comfyuicustomworkflow", "rawresolution", "sidelength",
    "presets", "original_negativeprompt", "loratencweights", "lorasectionconfinement" };

/// Lists are lists, or texts with commas.
std::vector<std::string> items(json const& list)
{
    std::vector<std::string> out;
    if (list.is_string()) {
        std::string_view rest = list.get_ref<std::string const&>();
        while (!rest.empty()) {
            std::size_t const comma = std::min(rest.find(','), rest.size());
            out.emplace_back(trimmed(rest.substr(0, comma)));
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
    } else if (list.is_array()) {
        for (json const& item : list)
            out.push_back(item.is_string() ? item.get<std::string>() : item.is_number() ? item.dump() : "");
    }
    return out;
}

}

std::optional<Recipe> read_swarmui(Texts texts)
{
    std::string_view const text = text_of(texts, "parameters");
    if (text.find("\"sui_image_params\"") == text.npos)
        return {};
    json const parsed = parse_json(text);
    json const& fields = object_field(parsed, "sui_image_params");
    if (!fields.is_object())
        return {};
    Recipe recipe { .program = "SwarmUI", .raw = std::string(text) };
    GenerationRequest& request = recipe.request;
    SamplingSettings& s = request.sampling;
    use_comfyui_habits(request);
    s.sampler = "euler";
    s.schedule = "normal";
    request.prompt = string_field(fields, "prompt").value_or("");
    request.negative_prompt = string_field(fields, "negativeprompt").value_or("");
    request.model = file_stem(string_field(fields, "model").value_or(""));
    request.seed = seed_field(fields, "seed").value_or(0);
    request.width = count_from(integer_field(fields, "width")).value_or(0);
    request.height = count_from(integer_field(fields, "height")).value_or(0);
    s.steps = count_from(integer_field(fields, "steps")).value_or(s.steps);
    s.cfg = number_field(fields, "cfgscale").value_or(s.cfg);
    for (std::string_view const name : { "sampler", "comfyuisampler" })
        if (auto const sampler = string_field(fields, name))
            set_sampler(recipe, *sampler);
    for (std::string_view const name : { "scheduler", "comfyuischeduler" })
        if (auto const schedule = string_field(fields, name))
            set_schedule(recipe, *schedule);
    if (auto const layer = integer_field(fields, "clipstopatlayer"); layer && *layer <= -1 && *layer >= -24)
        request.clip_skip = static_cast<int>(-*layer);
    auto const loras = items(object_field(fields, "loras")), weights = items(object_field(fields, "loraweights"));
    for (std::size_t i = 0; i < loras.size(); ++i)
        add_lora(recipe, { .name = loras[i], .weight = i < weights.size() ? number_from(weights[i]).value_or(1) : 1 });
    if (auto const creativity = number_field(fields, "initimagecreativity"))
        begin_from_picture(recipe, *creativity, "comfy");
    for (auto const& [name, value] : fields.items())
        if (std::ranges::find(known, name) == std::end(known) && std::ranges::find(silent, name) == std::end(silent))
            note_lost(recipe, name, value.is_string() ? value.get<std::string>() : value.dump());
    return recipe;
}

}
