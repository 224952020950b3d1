// SPDX-License-Identifier: Apache-2.0
// InvokeAI, in three ages: `invokeai_metadata` (3 and later), `sd-metadata` (2), and the command line in `Dream` (1).
// Its samplers are those of diffusers.
#include "app/recipes/reader.h"

#include <algorithm>
#include <format>

namespace igneous {

namespace {

using nlohmann::json;

constexpr std::string_view silent[] = { "generation_mode", "positive_prompt", "negative_prompt", "width", "height",
    "seed", "rand_device", "cfg_scale", "steps", "scheduler", "clip_skip", "model", "strength", "init_image", "loras",
    "app_version", "cfg_rescale_multiplier", "metadata_version", "positive_style_prompt", "negative_style_prompt",
    "canvas_v2_metadata", "ref_images", "regions" };

Recipe begin(std::string_view raw)
{
    Recipe recipe { .program = "InvokeAI", .raw = std::string(raw) };
    recipe.request.rng = "torch-cpu";
    recipe.request.sampling.initial_noise = "variance";
    return recipe;
}

/// Diffusers' models say "leading"; a name that ends in _k says Karras.
void take_scheduler(Recipe& recipe, std::string_view name)
{
    recipe.request.sampling.schedule = "leading";
    set_sampler(recipe, name);
}

/// Compel's weights (word)1.2 and word++ are none that are read here.
void note_compel(Recipe& recipe)
{
    std::string_view const prompt = recipe.request.prompt;
    bool weighted = prompt.find("++") != prompt.npos || prompt.find("--") != prompt.npos;
    for (std::size_t at = prompt.find(')'); at != prompt.npos; at = prompt.find(')', at + 1))
        weighted |= at + 1 < prompt.size()
                    && std::string_view("0123456789+-").find(prompt[at + 1]) != std::string_view::npos;
    if (weighted)
        recipe.notes.push_back("the prompt's weights are InvokeAI's, (word)1.2 and word++: write (word:1.2) here");
}

/// A model's field: {"model_name": ...} (3), {"name": ..., "hash": ...} (4 and later), or its name alone.
std::string name_of(json const& model)
{
    if (model.is_string())
        return file_stem(model.get_ref<std::string const&>());
    auto const name = string_field(model, "name");
    return file_stem(name ? *name : string_field(model, "model_name").value_or(""));
}

/// [name of the algorithm]:[digits]; only SHA-256 is ours.
std::string hash_of(json const& model)
{
    std::string const hash = string_field(model, "hash").value_or("");
    return hash.starts_with("sha256:") ? clean_hash(hash.substr(7)) : "";
}

std::optional<Recipe> read_new(std::string_view text)
{
    json const parsed = parse_python_json(text);
    if (!parsed.is_object())
        return {};
    Recipe recipe = begin(text);
    GenerationRequest& request = recipe.request;
    SamplingSettings& s = request.sampling;
    request.prompt = string_field(parsed, "positive_prompt").value_or("");
    request.negative_prompt = string_field(parsed, "negative_prompt").value_or("");
    request.seed = seed_field(parsed, "seed").value_or(0);
    request.width = count_from(integer_field(parsed, "width")).value_or(0);
    request.height = count_from(integer_field(parsed, "height")).value_or(0);
    request.rng = string_field(parsed, "rand_device").value_or("cpu") == "cuda" ? "torch-cuda" : "torch-cpu";
    request.clip_skip = 1 + count_from(integer_field(parsed, "clip_skip")).value_or(0);   // counted from 0 there
    request.model = name_of(object_field(parsed, "model"));
    request.model_hash = hash_of(object_field(parsed, "model"));
    s.steps = count_from(integer_field(parsed, "steps")).value_or(s.steps);
    s.cfg = number_field(parsed, "cfg_scale").value_or(s.cfg);
    if (auto const scheduler = string_field(parsed, "scheduler"))
        take_scheduler(recipe, *scheduler);
    json const& loras = object_field(parsed, "loras");
    for (json const& lora : loras.is_array() ? loras : json::array()) {
        json const& model = object_field(lora, lora.contains("model") ? "model" : "lora");
        add_lora(recipe,
            { .name = name_of(model), .hash = hash_of(model), .weight = number_field(lora, "weight").value_or(0.75) });
    }
    std::string const mode = string_field(parsed, "generation_mode").value_or("");
    if (mode.find("img2img") != mode.npos || mode.find("inpaint") != mode.npos || mode.find("outpaint") != mode.npos)
        begin_from_picture(recipe, number_field(parsed, "strength").value_or(0.75), "diffusers");
    for (auto const& [name, value] : parsed.items())
        if (std::ranges::find(silent, name) == std::end(silent) && !value.is_null() && value != false && value != ""
            && !(value.is_array() && value.empty()))
            note_lost(recipe, name, value.is_string() ? value.get<std::string>() : value.dump());
    note_compel(recipe);
    return recipe;
}

/// The prompts of version 2: the negative one stands in [brackets].
void take_bracketed_prompt(GenerationRequest& request, std::string_view prompt)
{
    std::string positive, negative;
    int depth = 0;
    for (char const c : prompt) {
        if (c == '[' && depth++ == 0) {
            negative += negative.empty() ? "" : " ";
            continue;
        }
        if (c == ']' && depth > 0 && --depth == 0)
            continue;
        (depth > 0 ? negative : positive) += c;
    }
    request.prompt = trimmed(positive);
    request.negative_prompt = trimmed(negative);
}

std::optional<Recipe> read_old(std::string_view text)
{
    json const parsed = parse_python_json(text);
    json const& image = object_field(parsed, "image");
    if (!image.is_object())
        return {};
    Recipe recipe = begin(text);
    GenerationRequest& request = recipe.request;
    SamplingSettings& s = request.sampling;
    json const& prompt = object_field(image, "prompt");     // a text, or a list of {"prompt": ..., "weight": ...}
    if (prompt.is_string())
        take_bracketed_prompt(request, prompt.get_ref<std::string const&>());
    else if (prompt.is_array() && !prompt.empty())
        take_bracketed_prompt(request, string_field(prompt[0], "prompt").value_or(""));
    request.model = string_field(parsed, "model_weights").value_or(string_field(parsed, "model").value_or(""));
    request.model_hash = clean_hash(string_field(parsed, "model_hash").value_or(""));
    request.seed = seed_field(image, "seed").value_or(0);
    request.width = count_from(integer_field(image, "width")).value_or(0);
    request.height = count_from(integer_field(image, "height")).value_or(0);
    s.steps = count_from(integer_field(image, "steps")).value_or(s.steps);
    s.cfg = number_field(image, "cfg_scale").value_or(s.cfg);
    take_scheduler(recipe, string_field(image, "sampler").value_or("k_lms"));
    if (string_field(image, "type") == "img2img")
        begin_from_picture(recipe, number_field(image, "strength").value_or(0.75), "diffusers");
    for (std::string_view const name : { "threshold", "perlin", "variations", "postprocessing", "facetool_strength" })
        if (json const& value = object_field(image, name); !value.is_null() && value != 0 && !value.empty())
            note_lost(recipe, name, value.is_string() ? value.get<std::string>() : value.dump());
    note_compel(recipe);
    return recipe;
}

/// "a prompt" -s 50 -S 1 -W 512 -H 512 -C 7.5 -A k_lms
std::optional<Recipe> read_dream(std::string_view text)
{
    std::size_t const end = text.rfind('"');
    if (!text.starts_with('"') || end == 0)
        return {};
    Recipe recipe = begin(text);
    GenerationRequest& request = recipe.request;
    take_bracketed_prompt(request, text.substr(1, end - 1));
    recipe.request.sampling.schedule = "leading";
    std::string_view rest = text.substr(end + 1);
    while (!(rest = trimmed(rest)).empty()) {
        std::size_t const space = std::min(rest.find(' '), rest.size());
        std::string_view const word = rest.substr(0, space);
        rest.remove_prefix(space);
        if (word.size() < 2 || word[0] != '-')
            continue;
        std::string_view value = word.substr(2);           // -S1 and -S 1
        if (value.empty()) {
            rest = trimmed(rest);
            value = rest.substr(0, std::min(rest.find(' '), rest.size()));
            rest.remove_prefix(value.size());
        }
        switch (word[1]) {
        case 's': request.sampling.steps = count_from(integer_from(value)).value_or(request.sampling.steps); break;
        case 'S': request.seed = seed_from_text(value).value_or(request.seed); break;
        case 'W': request.width = count_from(integer_from(value)).value_or(request.width); break;
        case 'H': request.height = count_from(integer_from(value)).value_or(request.height); break;
        case 'C': request.sampling.cfg = number_from(value).value_or(request.sampling.cfg); break;
        case 'A': take_scheduler(recipe, value); break;
        case 'f': begin_from_picture(recipe, number_from(value).value_or(0.75), "diffusers"); break;
        default: note_lost(recipe, word.substr(0, 2), value);
        }
        if (recipe.notes.size() > 50)
            break;
    }
    return recipe;
}

}

std::optional<Recipe> read_invokeai(Texts texts)
{
    if (std::string_view const text = text_of(texts, "invokeai_metadata"); !text.empty())
        return read_new(text);
    if (std::string_view const text = text_of(texts, "sd-metadata"); !text.empty())
        return read_old(text);
    return read_dream(text_of(texts, "Dream"));
}

}
