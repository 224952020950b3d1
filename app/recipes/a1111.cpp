// SPDX-License-Identifier: Apache-2.0
// The `parameters` text of AUTOMATIC1111's web UI, which nearly everybody writes:
//
//     prompt, any number of lines
//     Negative prompt: any number of lines
//     Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 1, Size: 512x512, Lora hashes: "a: 1f"
#include "app/recipes/reader.h"
#include "app/recipes/sampler_names.h"

#include <algorithm>
#include <format>
#include <map>

namespace igneous {

namespace {

struct Parameters {
    std::string prompt, negative_prompt;
    std::vector<std::pair<std::string, std::string>> settings;
    bool operator==(Parameters const&) const = default;

    std::string_view operator[](std::string_view key) const
    {
        auto const found
            = std::ranges::find(settings, key, [](auto const& pair) { return std::string_view(pair.first); });
        return found == settings.end() ? std::string_view {} : std::string_view(found->second);
    }
};

constexpr std::size_t most_settings = 200;

/// The length of a value that may hold commas: "quoted as JSON", or [lists] and {objects} as Civitai writes them.
std::size_t value_length(std::string_view text)
{
    if (text.starts_with('"')) {
        for (std::size_t i = 1; i < text.size(); ++i) {
            if (text[i] == '\\')
                ++i;
            else if (text[i] == '"')
                return i + 1;
        }
    }
    if (text.starts_with('[') || text.starts_with('{')) {
        int depth = 0;
        bool in_string = false;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '\\' && in_string)
                ++i;
            else if (text[i] == '"')
                in_string = !in_string;
            else if (!in_string && (text[i] == '[' || text[i] == '{'))
                ++depth;
            else if (!in_string && (text[i] == ']' || text[i] == '}') && --depth == 0)
                return i + 1;
        }
    }
    return std::min(text.find(','), text.size());
}

std::vector<std::pair<std::string, std::string>> split_settings(std::string_view text)
{
    std::vector<std::pair<std::string, std::string>> settings;
    while (settings.size() < most_settings) {
        std::size_t const colon = text.find(':');
        if (colon == text.npos)
            break;
        std::string_view const before = text.substr(0, colon);
        std::size_t const comma = before.rfind(',');       // a stray word: the key is what stands last
        std::string_view const key = trimmed(comma == before.npos ? before : before.substr(comma + 1));
        text.remove_prefix(colon + 1);
        text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
        std::size_t const length = value_length(text);
        std::string value(trimmed(text.substr(0, length)));
        if (value.starts_with('"')) {
            auto const unquoted = parse_json(value);
            if (unquoted.is_string())
                value = unquoted.get<std::string>();
        }
        settings.emplace_back(key, std::move(value));
        text.remove_prefix(length);
        text.remove_prefix(std::min(text.find(','), text.size()));
        if (!text.empty())
            text.remove_prefix(1);
    }
    return settings;
}

/// Where the last line begins that starts with `start`, or npos.
std::size_t last_line_with(std::string_view text, std::string_view start)
{
    for (std::size_t at = text.rfind(start); at != text.npos; at = at == 0 ? text.npos : text.rfind(start, at - 1))
        if (at == 0 || text[at - 1] == '\n')
            return at;
    return text.npos;
}

std::size_t first_line_with(std::string_view text, std::string_view start)
{
    for (std::size_t at = text.find(start); at != text.npos; at = text.find(start, at + 1))
        if (at == 0 || text[at - 1] == '\n')
            return at;
    return text.npos;
}

std::optional<Parameters> split_parameters(std::string_view text)
{
    constexpr std::string_view negative = "Negative prompt:";
    std::size_t const settings = last_line_with(text, "Steps: ");
    if (settings == text.npos)
        return {};
    Parameters parameters { .prompt = {}, .negative_prompt = {}, .settings = split_settings(text.substr(settings)) };
    std::string_view const prompts = text.substr(0, settings);
    std::size_t const second = first_line_with(prompts, negative);
    parameters.prompt = trimmed(prompts.substr(0, second));
    if (second != prompts.npos)
        parameters.negative_prompt = trimmed(prompts.substr(second + negative.size()));
    return parameters;
}

std::string program_of(Parameters const& parameters)
{
    std::string_view const version = parameters["Version"], app = parameters["App"];
    if (app.starts_with("SD.Next"))
        return "SD.Next";
    for (std::string_view const known : { "Igneous", "ComfyUI", "Fooocus", "SD.Next" })
        if (version.starts_with(known))
            return std::string(known);
    if (version == "neo")
        return "Forge Neo";
    if (version.starts_with("f"))          // f2.0.1v1.10.1-previous-...
        return "Forge";
    return "A1111";
}

/// "name: hash, other: hash"
void take_lora_hashes(Recipe& recipe, std::string_view text)
{
    for (auto const& [name, hash] : split_settings(text))
        for (LoraUse& lora : recipe.request.loras)
            if (lora.name == file_stem(name))
                lora.hash = clean_hash(hash);
}

void take_size(GenerationRequest& request, std::string_view text)
{
    std::size_t const x = text.find('x');
    if (x == text.npos)
        return;
    auto const width = count_from(integer_from(text.substr(0, x))),
               height = count_from(integer_from(text.substr(x + 1)));
    if (width && height) {
        request.width = *width;
        request.height = *height;
    }
}

/// Samplers and schedules depend on one another, in fields and names that changed over the years.
void take_sampling(Recipe& recipe, Parameters const& parameters)
{
    SamplingSettings& s = recipe.request.sampling;
    s.schedule.clear();
    set_sampler(recipe, parameters["Sampler"]);
    std::string_view const type = parameters["Schedule type"];
    if (type == "Automatic" || (type.empty() && s.schedule.empty() && s.sampler == "ddim"))
        s.schedule = automatic_schedule(s.sampler);
    else if (s.schedule.empty())
        s.schedule = "normal";             // before there was a field, the sampler's name said all
    if (!type.empty() && type != "Automatic")
        set_schedule(recipe, type);
    if (parameters["SGM noise multiplier"] == "True")
        s.initial_noise = "variance";
    if (s.sampler == "lms" && recipe.program != "ComfyUI" && recipe.program != "Igneous")
        s.sampler = "lms_k_diffusion";     // theirs ends otherwise than ComfyUI's
}

using Setter = void (*)(Recipe&, std::string_view);

template <class Number>
void set_if(std::optional<Number> value, Number& field)
{
    if (value)
        field = *value;
}

/// Fields that stand for one of ours.
std::map<std::string_view, Setter> const& setters()
{
    static std::map<std::string_view, Setter> const all = {
        { "Steps",
            [](Recipe& r, std::string_view v) { set_if(count_from(integer_from(v)), r.request.sampling.steps); } },
        { "CFG scale", [](Recipe& r, std::string_view v) { set_if(number_from(v), r.request.sampling.cfg); } },
        { "Seed", [](Recipe& r, std::string_view v) { set_if(seed_from_text(v), r.request.seed); } },
        { "Size", [](Recipe& r, std::string_view v) { take_size(r.request, v); } },
        { "Model", [](Recipe& r, std::string_view v) { r.request.model = file_stem(v); } },
        { "Model hash", [](Recipe& r, std::string_view v) { r.request.model_hash = clean_hash(v); } },
        { "VAE", [](Recipe& r, std::string_view v) { r.request.vae = v; } },
        { "Clip skip",
            [](Recipe& r, std::string_view v) { set_if(count_from(integer_from(v)), r.request.clip_skip); } },
        { "Eta", [](Recipe& r, std::string_view v) { set_if(number_from(v), r.request.sampling.eta); } },
        { "Sigma noise", [](Recipe& r, std::string_view v) { set_if(number_from(v), r.request.sampling.s_noise); } },
    };
    return all;
}

/// Fields that are read elsewhere, or that say nothing about how the picture looks.
constexpr std::string_view silent[]
    = { "Sampler", "Schedule type", "SGM noise multiplier", "RNG", "Lora hashes", "TI hashes", "Version", "App",
          "Denoising strength", "Batch size", "Batch pos", "Hashes", "VAE hash", "Created Date", "Civitai resources",
          "Civitai metadata", "Parser", "Operations", "Backend", "User", "Size-1", "Size-2", "Emphasis mode",
          "Metadata scheme", "Prompt", "Negative prompt", "Fooocus V2 Expansion", "Raw prompt", "Raw negative prompt" };

void take_denoising_strength(Recipe& recipe, Parameters const& parameters)
{
    auto const strength = number_from(parameters["Denoising strength"]);
    bool const second_pass = std::ranges::any_of(
        parameters.settings, [](auto const& setting) { return setting.first.starts_with("Hires"); });
    if (strength && second_pass)
        note_lost(recipe, "Denoising strength", parameters["Denoising strength"]);
    else if (strength)
        begin_from_picture(recipe, *strength, "a1111");
}

}

std::optional<Recipe> read_a1111(Texts texts)
{
    for (std::string_view const key : { "parameters", "Description", "Comment" }) {
        std::string_view const text = text_of(texts, key);
        auto const parameters = split_parameters(text);
        if (!parameters || (*parameters)["Sampler"].empty())
            continue;
        Recipe recipe { .program = program_of(*parameters), .raw = std::string(text) };
        GenerationRequest& request = recipe.request;
        request.prompt = parameters->prompt;
        request.negative_prompt = parameters->negative_prompt;
        if (recipe.program == "ComfyUI" || recipe.program == "Fooocus")
            use_comfyui_habits(request);   // one that writes A1111's text
        else
            request.rng = (*parameters)["RNG"] == "CPU" ? "torch-cpu" : "torch-cuda";
        if (recipe.program == "Fooocus")
            request.weighting = "a1111";
        take_sampling(recipe, *parameters);
        take_loras_of_prompt(recipe);
        take_lora_hashes(recipe, (*parameters)["Lora hashes"]);
        take_denoising_strength(recipe, *parameters);
        if (std::string_view const inversions = (*parameters)["TI hashes"]; !inversions.empty())
            recipe.notes.push_back(std::format("textual inversions are not known here: {}", inversions.substr(0, 200)));
        for (auto const& [name, value] : parameters->settings) {
            if (auto const setter = setters().find(name); setter != setters().end())
                setter->second(recipe, value);
            else if (std::ranges::find(silent, name) == std::end(silent))
                note_lost(recipe, name, value);
        }
        return recipe;
    }
    return {};
}

}
