// SPDX-License-Identifier: Apache-2.0
#include "models/adapters/lora_keys.h"
#include "models/api/lora.h"
#include "models/checkpoint/safetensors.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

namespace igneous {

namespace {

using nlohmann::json;
using Metadata = std::map<std::string, std::string>;

constexpr std::size_t most_trigger_words = 20;

std::string entry_of(Metadata const& metadata, char const* key)
{
    auto const found = metadata.find(key);
    return found == metadata.end() ? "" : found->second;
}

struct Beginning {
    std::string_view text, base;
};

constexpr Beginning bases[] = {
    { "stable-diffusion-v1", "Stable Diffusion 1.x" },
    { "stable-diffusion-v2", "Stable Diffusion 2.x" },
    { "stable-diffusion-xl", "SDXL" },
    { "stable-diffusion-3", "Stable Diffusion 3" },
    { "flux-1", "FLUX.1" },
    { "sd_v1", "Stable Diffusion 1.x" },
    { "sd_1", "Stable Diffusion 1.x" },
    { "sd_v2", "Stable Diffusion 2.x" },
    { "sdxl", "SDXL" },
    { "sd3", "Stable Diffusion 3" },
    { "flux", "FLUX.1" },
};

/// What the metadata calls the base, in the words people use; else the width of the text tells.
std::string base_model(Metadata const& metadata, int context_width)
{
    for (char const* key : { "modelspec.architecture", "ss_base_model_version" }) {
        std::string const said = entry_of(metadata, key);
        for (Beginning const& base : bases)
            if (said.starts_with(base.text))
                return std::string(base.base);
        if (!said.empty())
            return said;
    }
    switch (context_width) {
    case 768: return "Stable Diffusion 1.x";
    case 1024: return "Stable Diffusion 2.x";
    case 2048: return "SDXL";
    default: return "";
    }
}

/// The phrase its author gives, then the tags of kohya's training captions, most frequent first.
std::vector<std::string> trigger_words(Metadata const& metadata)
{
    std::vector<std::string> words;
    if (std::string phrase = entry_of(metadata, "modelspec.trigger_phrase"); !phrase.empty())
        words.push_back(std::move(phrase));
    std::map<std::string, double> counts;
    json const sets = json::parse(entry_of(metadata, "ss_tag_frequency"), nullptr, false);
    if (sets.is_object())
        for (json const& tags : sets)
            if (tags.is_object())
                for (auto const& [tag, count] : tags.items())
                    if (count.is_number() && !tag.empty())
                        counts[tag] += count.get<double>();
    std::vector<std::pair<std::string, double>> sorted(counts.begin(), counts.end());
    std::ranges::stable_sort(sorted, std::ranges::greater(), &std::pair<std::string, double>::second);
    for (auto const& [tag, count] : sorted)
        if (words.size() < most_trigger_words && std::ranges::find(words, tag) == words.end())
            words.push_back(tag);
    return words;
}

std::string naming_text(LoraKey const& key)
{
    switch (key.naming) {
    case LoraNaming::peft: return "PEFT";
    case LoraNaming::diffusers: return "diffusers";
    case LoraNaming::kohya: break;
    }
    bool const original = key.module.contains("_input_blocks_") || key.module.contains("_middle_block_")
                          || key.module.contains("_output_blocks_");
    return original ? "kohya with CompVis blocks" : "kohya";
}

std::optional<double> number_of(SafetensorsEntry const& entry)
{
    if (!entry.dtype || entry.shape.elements() != 1)
        return std::nullopt;
    float value = 0;
    convert_elements(*entry.dtype, entry.bytes.data(), DType::f32, reinterpret_cast<std::byte*>(&value), 1);
    return std::isfinite(value) ? std::optional(static_cast<double>(value)) : std::nullopt;
}

}

std::optional<LoraInfo> inspect_lora(std::filesystem::path const& path)
{
    SafetensorsFile const file = SafetensorsFile::open(path);
    LoraInfo info;
    info.kind = "LoRA";
    std::map<std::string, int> layers;
    bool found = false;
    for (SafetensorsEntry const& entry : file.entries()) {
        std::optional<LoraKey> const key = read_lora_key(entry.name);
        if (!key) {
            info.unknown_keys.push_back(entry.name);
            continue;
        }
        if (key->role == LoraRole::alpha) {
            if (!info.alpha)
                info.alpha = number_of(entry);
            continue;
        }
        found = true;
        if (info.naming.empty() || info.naming == "kohya")
            info.naming = naming_text(*key);
        if (key->role == LoraRole::other) {
            info.kind = key->kind;
            info.runnable = false;
        } else if (key->role == LoraRole::down && entry.shape.rank() >= 2) {
            ++layers[key->part];
            int const rank = static_cast<int>(entry.shape[0]);
            info.lowest_rank = info.lowest_rank ? std::min(info.lowest_rank, rank) : rank;
            info.highest_rank = std::max(info.highest_rank, rank);
            if (info.runnable && entry.shape.rank() == 4 && entry.shape[2] * entry.shape[3] > 1)
                info.kind = "LoCon";
            if (key->module.ends_with("attn2_to_k"))
                info.context_width = static_cast<int>(entry.shape[1]);
        }
    }
    if (!found)
        return std::nullopt;
    Metadata const& metadata = file.metadata();
    info.layers.assign(layers.begin(), layers.end());
    info.title = entry_of(metadata, "modelspec.title");
    if (info.title.empty())
        info.title = entry_of(metadata, "ss_output_name");
    info.base_model = base_model(metadata, info.context_width);
    info.trigger_words = trigger_words(metadata);
    return info;
}

}
