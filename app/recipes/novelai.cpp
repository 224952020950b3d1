// SPDX-License-Identifier: Apache-2.0
// NovelAI: `Software` is "NovelAI", `Description` the prompt, `Source` the model, `Comment` JSON with all else.
#include "app/recipes/reader.h"

#include <algorithm>
#include <format>

namespace igneous {

namespace {

using nlohmann::json;

/// The first text of a prompt of version 4: {"caption": {"base_caption": ...}}.
std::optional<std::string> caption(json const& parsed, std::string_view name)
{
    return string_field(object_field(object_field(parsed, name), "caption"), "base_caption");
}

bool has_characters(json const& parsed)
{
    json const& captions = object_field(object_field(object_field(parsed, "v4_prompt"), "caption"), "char_captions");
    return captions.is_array() && !captions.empty();
}

}

std::optional<Recipe> read_novelai(Texts texts)
{
    std::string_view const text = text_of(texts, "Comment");
    if (!text_of(texts, "Software").starts_with("NovelAI") || text.empty())
        return {};
    json const parsed = parse_python_json(text);
    if (!parsed.is_object())
        return {};
    Recipe recipe { .program = "NovelAI", .raw = std::string(text) };
    GenerationRequest& request = recipe.request;
    SamplingSettings& s = request.sampling;
    std::string const description(text_of(texts, "Description"));
    request.prompt = string_field(parsed, "prompt").value_or(caption(parsed, "v4_prompt").value_or(description));
    request.negative_prompt = string_field(parsed, "uc").value_or(caption(parsed, "v4_negative_prompt").value_or(""));
    request.model = text_of(texts, "Source");
    request.seed = seed_field(parsed, "seed").value_or(0);
    request.width = count_from(integer_field(parsed, "width")).value_or(0);
    request.height = count_from(integer_field(parsed, "height")).value_or(0);
    s.steps = count_from(integer_field(parsed, "steps")).value_or(s.steps);
    s.cfg = number_field(parsed, "scale").value_or(s.cfg);
    s.schedule = "normal";
    if (auto const sampler = string_field(parsed, "sampler"))
        set_sampler(recipe, *sampler);
    if (auto const schedule = string_field(parsed, "noise_schedule"))
        set_schedule(recipe, *schedule);
    if (string_field(parsed, "request_type").value_or("").find("Img2Img") != std::string::npos)
        begin_from_picture(recipe, number_field(parsed, "strength").value_or(0.7), "a1111");
    if (request.prompt.find_first_of("{[") != std::string::npos || request.prompt.find("::") != std::string::npos)
        recipe.notes.push_back("the prompt's weights are NovelAI's, {word} and 1.2::word::: write (word:1.2) here");
    if (has_characters(parsed))
        recipe.notes.push_back("prompts of single characters are not carried over");
    for (std::string_view const name : { "sm", "sm_dyn", "cfg_rescale", "dynamic_thresholding", "uncond_scale" })
        if (json const& value = object_field(parsed, name);
            !value.is_null() && value != false && value != 0 && !(name == "uncond_scale" && value == 1))
            note_lost(recipe, name, value.dump());
    recipe.notes.push_back("NovelAI's models are its own: the picture will be another one");
    return recipe;
}

}
