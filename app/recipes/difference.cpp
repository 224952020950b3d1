// SPDX-License-Identifier: Apache-2.0
#include "app/recipes/recipe.h"

#include <algorithm>
#include <format>

namespace igneous {

namespace {

std::string size_of(GenerationRequest const& request)
{
    return request.width > 0 && request.height > 0 ? std::format("{}x{}", request.width, request.height) : "";
}

std::string sigmas_of(SamplingSettings const& sampling)
{
    std::string out;
    for (double const sigma : sampling.sigmas)
        out += (out.empty() ? "" : ", ") + std::format("{}", sigma);
    return out;
}

std::string weight_of(LoraUse const& lora)
{
    return std::format("{}{}", lora.weight, lora.hash.empty() ? "" : " (" + lora.hash + ")");
}

}

std::vector<std::pair<std::string, std::string>> request_fields(GenerationRequest const& request)
{
    SamplingSettings const& s = request.sampling;
    std::vector<std::pair<std::string, std::string>> fields {
        { "model", request.model },
        { "model hash", request.model_hash },
        { "vae", request.vae },
        { "prompt", request.prompt },
        { "negative prompt", request.negative_prompt },
        { "weighting", request.weighting },
        { "size", size_of(request) },
        { "seed", std::to_string(request.seed) },
        { "batch", std::to_string(request.batch) },
        { "rng", request.rng },
        { "sampler", s.sampler },
        { "schedule", s.sigmas.empty() ? s.schedule : "" },
        { "steps", s.sigmas.empty() ? std::to_string(s.steps) : "" },
        { "sigmas", sigmas_of(s) },
        { "cfg", std::format("{}", s.cfg) },
        { "clip skip", std::to_string(request.clip_skip) },
        { "timesteps", s.timesteps },
        { "initial noise", s.initial_noise },
        { "eta", std::format("{}", s.eta) },
        { "s noise", std::format("{}", s.s_noise) },
        { "tier", request.tier == Tier::f32 ? "f32" : "f16" },
        { "vae tile", request.vae_tile > 0 ? std::to_string(request.vae_tile) : "" },
    };
    if (request.init) {
        fields.emplace_back("strength", std::format("{}", request.init->strength));
        fields.emplace_back("steps mode", request.init->steps_mode);
    }
    for (LoraUse const& lora : request.loras)
        fields.emplace_back("lora " + lora.name, weight_of(lora));
    std::erase_if(fields, [](auto const& field) { return field.second.empty(); });
    return fields;
}

std::vector<Difference> diff_requests(GenerationRequest const& one, GenerationRequest const& other)
{
    auto const left = request_fields(one);
    auto right = request_fields(other);
    std::vector<Difference> differences;
    for (auto const& [field, value] : left) {
        auto const found = std::ranges::find(right, field, [](auto const& pair) { return pair.first; });
        std::string const theirs = found == right.end() ? "" : found->second;
        if (found != right.end())
            right.erase(found);
        if (value != theirs)
            differences.push_back({ field, value, theirs });
    }
    for (auto const& [field, value] : right)
        differences.push_back({ field, "", value });
    return differences;
}

}
