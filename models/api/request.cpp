// SPDX-License-Identifier: Apache-2.0
#include "models/api/request.h"

#include "models/api/error.h"

#include <nlohmann/json.hpp>

#include <limits>
#include <utility>

namespace igneous {

namespace {

using nlohmann::json;

constexpr int request_version = 1;

template<class T>
void read_field(json const& from, char const* name, T& to)
{
    auto const found = from.find(name);
    if (found == from.end())
        return;
    if constexpr (std::is_integral_v<T>) {
        bool const fits = found->is_number_integer() &&
            (found->is_number_unsigned() ? std::in_range<T>(found->template get<std::uint64_t>())
                                         : std::in_range<T>(found->template get<std::int64_t>()));
        require(fits, "request: field {} must be a whole number from {} to {} but is {}", name,
            std::numeric_limits<T>::min(), std::numeric_limits<T>::max(),
            found->is_number() ? found->dump() : std::string(found->type_name()));
    }
    try {
        to = found->template get<T>();
    } catch (json::exception const&) {
        fail(ErrorCode::invalid_argument, "request: field {} has the wrong type: got {}", name, found->type_name());
    }
}

struct SamplerName {
    std::string_view id, a1111;
};

/// A1111's own names of what we offer, so that its users' tools recognise them.
constexpr SamplerName a1111_names[] = {
    { "euler", "Euler" },
    { "euler_ancestral", "Euler a" },
    { "heun", "Heun" },
    { "dpmpp_2m", "DPM++ 2M" },
    { "dpmpp_2m_sde", "DPM++ 2M SDE" },
    { "ddim", "DDIM" },
    { "ddpm", "DDPM" },
    { "lms", "LMS" },
    { "uni_pc", "UniPC" },
    { "uni_pc_bh2", "UniPC" },
    { "lcm", "LCM" },
};

std::string a1111_sampler(std::string const& id)
{
    for (SamplerName const& name : a1111_names)
        if (name.id == id)
            return std::string(name.a1111);
    return id;
}

std::string a1111_schedule(std::string const& name)
{
    if (name == "karras")
        return "Karras";
    if (name == "exponential")
        return "Exponential";
    if (name == "sgm_uniform")
        return "SGM Uniform";
    if (name == "simple")
        return "Simple";
    if (name == "ddim_uniform")
        return "DDIM";
    if (name == "normal")
        return "Normal";
    return name;
}

std::string number_text(double value)
{
    std::string text = std::format("{:.6f}", value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.')
        text.pop_back();
    return text;
}

/// The tag that asks for an adapter in A1111's prompts; with two weights the text encoder's comes first there.
std::string lora_tag(LoraUse const& lora)
{
    std::string tag = std::format("<lora:{}:", lora.name);
    if (lora.text_weight)
        tag += number_text(*lora.text_weight) + ":";
    return tag + number_text(lora.weight) + ">";
}

/// The prompt with tags of those adapters that were not asked for in it.
std::string prompt_with_loras(GenerationRequest const& request)
{
    std::string text = request.prompt;
    for (LoraUse const& lora : request.loras)
        if (!text.contains(std::format("<lora:{}:", lora.name)) && !text.contains(std::format("<lora:{}>", lora.name)))
            text += (text.empty() ? "" : " ") + lora_tag(lora);
    return text;
}

/// "Lora hashes" as A1111 writes it, with the ten digits that sites look models up by; empty where none is known.
std::string lora_hashes(GenerationRequest const& request)
{
    std::string text;
    for (LoraUse const& lora : request.loras)
        if (!lora.hash.empty())
            text += std::format("{}{}: {}", text.empty() ? "" : ", ", lora.name, std::string_view(lora.hash).substr(0, 10));
    return text.empty() ? text : std::format(", Lora hashes: \"{}\"", text);
}

}

std::string to_json(GenerationRequest const& request)
{
    SamplingSettings const& s = request.sampling;
    json out = {
        { "version", request_version },
        { "model", request.model },
        { "model_hash", request.model_hash },
        { "vae", request.vae },
        { "prompt", request.prompt },
        { "negative_prompt", request.negative_prompt },
        { "weighting", request.weighting },
        { "width", request.width },
        { "height", request.height },
        { "batch", request.batch },
        { "seed", request.seed },
        { "rng", request.rng },
        { "clip_skip", request.clip_skip },
        { "tier", request.tier == Tier::f32 ? "f32" : "f16" },
        { "vae_tile", request.vae_tile },
        { "sampler", s.sampler },
        { "schedule", s.schedule },
        { "steps", s.steps },
        { "cfg", s.cfg },
        { "timesteps", s.timesteps },
        { "initial_noise", s.initial_noise },
        { "eta", s.eta },
        { "s_noise", s.s_noise },
    };
    for (LoraUse const& lora : request.loras) {
        json& entry = out["loras"].emplace_back(
            json { { "name", lora.name }, { "file", lora.file }, { "hash", lora.hash }, { "weight", lora.weight } });
        if (lora.text_weight)
            entry["text_weight"] = *lora.text_weight;
    }
    if (!request.styles.empty())
        out["styles"] = request.styles;
    if (!s.sigmas.empty())
        out["sigmas"] = s.sigmas;
    if (request.init)
        out["init"] = { { "strength", request.init->strength }, { "steps_mode", request.init->steps_mode }, { "mask", request.init->mask.has_value() } };
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

GenerationRequest request_from_json(std::string_view text)
{
    json const in = json::parse(text, nullptr, false);
    if (!in.is_object())
        fail(ErrorCode::invalid_argument, "request: expected a JSON object, got {}", in.is_discarded() ? "text that is no JSON" : in.type_name());
    GenerationRequest request;
    SamplingSettings& s = request.sampling;
    read_field(in, "model", request.model);
    read_field(in, "model_hash", request.model_hash);
    read_field(in, "vae", request.vae);
    read_field(in, "styles", request.styles);
    if (auto const loras = in.find("loras"); loras != in.end()) {
        require(loras->is_array(), "request: field loras must be a list but is {}", loras->type_name());
        for (json const& entry : *loras) {
            require(entry.is_object(), "request: loras must hold objects but one is {}", entry.type_name());
            LoraUse& lora = request.loras.emplace_back();
            read_field(entry, "name", lora.name);
            read_field(entry, "file", lora.file);
            read_field(entry, "hash", lora.hash);
            read_field(entry, "weight", lora.weight);
            if (entry.contains("text_weight"))
                read_field(entry, "text_weight", lora.text_weight.emplace());
        }
    }
    read_field(in, "prompt", request.prompt);
    read_field(in, "negative_prompt", request.negative_prompt);
    read_field(in, "weighting", request.weighting);
    read_field(in, "width", request.width);
    read_field(in, "height", request.height);
    read_field(in, "batch", request.batch);
    read_field(in, "seed", request.seed);
    read_field(in, "rng", request.rng);
    read_field(in, "clip_skip", request.clip_skip);
    std::string tier = "f16";
    read_field(in, "tier", tier);
    require(tier == "f16" || tier == "f32", "request: field tier must be f16 or f32 but is {}", tier);
    request.tier = tier == "f32" ? Tier::f32 : Tier::f16;
    read_field(in, "vae_tile", request.vae_tile);
    read_field(in, "sampler", s.sampler);
    read_field(in, "schedule", s.schedule);
    read_field(in, "steps", s.steps);
    read_field(in, "cfg", s.cfg);
    read_field(in, "sigmas", s.sigmas);
    read_field(in, "timesteps", s.timesteps);
    read_field(in, "initial_noise", s.initial_noise);
    read_field(in, "eta", s.eta);
    read_field(in, "s_noise", s.s_noise);
    if (auto const init = in.find("init"); init != in.end() && init->is_object()) {
        request.init.emplace();
        read_field(*init, "strength", request.init->strength);
        read_field(*init, "steps_mode", request.init->steps_mode);
    }
    return request;
}

std::string a1111_parameters(GenerationRequest const& request, std::string_view model_name, int index)
{
    SamplingSettings const& s = request.sampling;
    std::string text = prompt_with_loras(request);
    if (!request.negative_prompt.empty())
        text += "\nNegative prompt: " + request.negative_prompt;
    text += std::format("\nSteps: {}, Sampler: {}, Schedule type: {}, CFG scale: {}, Seed: {}, Size: {}x{}, Model: {}",
        s.sigmas.empty() ? s.steps : static_cast<int>(s.sigmas.size()) - 1, a1111_sampler(s.sampler),
        s.sigmas.empty() ? a1111_schedule(s.schedule) : "Custom", number_text(s.cfg),
        request.seed + static_cast<std::uint64_t>(index), request.width, request.height, model_name);
    if (!request.vae.empty())
        text += std::format(", VAE: {}", request.vae);
    if (request.init)
        text += std::format(", Denoising strength: {}", number_text(request.init->strength));
    if (request.clip_skip > 1)
        text += std::format(", Clip skip: {}", request.clip_skip);
    text += lora_hashes(request);
    text += std::format(", RNG: {}, Version: Igneous", request.rng == "torch-cuda" ? "NV" : "CPU");
    return text;
}

}
