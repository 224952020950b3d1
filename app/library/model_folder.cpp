// SPDX-License-Identifier: Apache-2.0
#include "app/library/model_folder.h"

#include "app/files/file.h"
#include "app/files/places.h"
#include "app/library/recognise.h"
#include "models/api/error.h"

#include <algorithm>
#include <format>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

namespace igneous {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::json;

constexpr std::uint64_t largest_config = 1u << 20, largest_index = 64u << 20;

Json read_json(fs::path const& file, std::uint64_t limit)
{
    auto const bytes = read_file(file, limit);
    int depth = 0;
    auto const shallow = [&](int at, Json::parse_event_t, Json&) {
        depth = std::max(depth, at);
        if (depth > 32)
            fail(ErrorCode::file_damaged, "is nested too deeply");
        return true;
    };
    auto const* text = reinterpret_cast<char const*>(bytes.data());
    try {
        Json json = Json::parse(text, text + bytes.size(), shallow);
        if (json.is_object())
            return json;
    } catch (Json::exception const&) {}
    fail(ErrorCode::file_damaged, "{} is no JSON object", utf8_name(file.filename()));
}

std::string text_at(Json const& object, char const* key)
{
    auto const at = object.find(key);
    return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

std::int64_t number_at(Json const& object, char const* key)
{
    auto const at = object.find(key);
    return at != object.end() && at->is_number_integer() ? at->get<std::int64_t>() : 0;
}

/// Of ["diffusers", "UNet2DConditionModel"] the class; empty where there is none.
std::string class_in_index(Json const& index, char const* part)
{
    auto const at = index.find(part);
    bool const pair = at != index.end() && at->is_array() && at->size() == 2 && (*at)[1].is_string();
    return pair ? (*at)[1].get<std::string>() : std::string();
}

/// The classes that are named in model_index.json and have no weights.
bool has_weights(std::string const& part, std::string const& class_name)
{
    return !part.starts_with("tokenizer") && part.find("scheduler") == part.npos && part != "feature_extractor"
           && part != "image_processor" && part != "processor" && class_name.find("Tokenizer") == class_name.npos
           && class_name.find("Processor") == class_name.npos;
}

ModelBase base_of_pipeline(std::string const& pipeline, std::string const& transformer)
{
    constexpr std::pair<std::string_view, ModelBase> rows[] = { { "StableCascade", ModelBase::cascade },
        { "PixArt", ModelBase::pixart }, { "AuraFlow", ModelBase::auraflow }, { "HunyuanDiT", ModelBase::hunyuan_dit },
        { "HunyuanVideo", ModelBase::hunyuan_video }, { "Lumina2", ModelBase::lumina2 },
        { "QwenImage", ModelBase::qwen_image }, { "Sana", ModelBase::sana }, { "ZImage", ModelBase::z_image },
        { "Wan", ModelBase::wan }, { "LTX", ModelBase::ltx_video }, { "CogVideo", ModelBase::cogvideox },
        { "Mochi", ModelBase::mochi }, { "Chroma", ModelBase::chroma }, { "Flux2", ModelBase::flux2 },
        { "Flux", ModelBase::flux1 }, { "StableDiffusion3", ModelBase::sd3 }, { "SD3", ModelBase::sd3 },
        { "StableVideo", ModelBase::svd }, { "Kolors", ModelBase::kolors } };
    for (std::string const& name : { transformer, pipeline }) {
        for (auto const& [part, base] : rows) {
            if (name.find(part) != name.npos)
                return base;
        }
    }
    return ModelBase::unknown;
}

ModelBase base_of_config(std::string const& pipeline, Json const& config)
{
    std::string const class_name = text_at(config, "_class_name");
    std::int64_t const in = number_at(config, "in_channels"), text = number_at(config, "cross_attention_dim");
    auto const inpaint = [in](ModelBase plain, ModelBase masked) { return in == 9 ? masked : plain; };
    if (class_name == "UNet2DConditionModel") {
        if (number_at(config, "projection_class_embeddings_input_dim") == 5632)
            return ModelBase::kolors;
        if (pipeline == "StableDiffusionUpscalePipeline")
            return ModelBase::sd_x4_upscaler;
        switch (text) {
        case 768: return in == 8 ? ModelBase::sd1_edit : inpaint(ModelBase::sd1, ModelBase::sd1_inpaint);
        case 1024: return in == 5 ? ModelBase::sd2_depth : inpaint(ModelBase::sd2, ModelBase::sd2_inpaint);
        case 1280: return ModelBase::sdxl_refiner;
        case 2048: return in == 8 ? ModelBase::sdxl_edit : inpaint(ModelBase::sdxl, ModelBase::sdxl_inpaint);
        default: return ModelBase::unknown;
        }
    }
    ModelBase const base = base_of_pipeline(pipeline, class_name);
    if (base == ModelBase::flux1) {
        if (in == 384 || in == 128)
            return in == 384 ? ModelBase::flux1_fill : ModelBase::flux1_control;
        auto const guided = config.find("guidance_embeds");
        return guided != config.end() && guided->is_boolean()
                   ? (guided->get<bool>() ? ModelBase::flux1_dev : ModelBase::flux1_schnell)
                   : base;
    }
    if (base == ModelBase::sd3 && number_at(config, "num_attention_heads") == 38)
        return ModelBase::sd35_large;
    if (base == ModelBase::sd3 && config.contains("dual_attention_layers") && !config["dual_attention_layers"].empty())
        return ModelBase::sd35_medium;
    return base;
}

/// The weights of one part: whole files, or shards that an index names.
struct Weights {
    std::vector<fs::path> files;
    std::vector<std::string> missing;      // shards
};

Weights find_weights(fs::path const& folder)
{
    Weights found;
    std::set<std::string> names;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        names.insert(utf8_name(at->path().filename()));
    for (std::string_view ending : { ".safetensors", ".bin" }) {
        std::set<std::string> shards;
        for (std::string const& name : names) {
            if (name.find(std::string(ending) + ".index.") == name.npos || !name.ends_with(".json"))
                continue;
            try {
                Json const index = read_json(folder / path_from_utf8(name), largest_index);
                for (Json const& shard : index.contains("weight_map") && index["weight_map"].is_object()
                                             ? index["weight_map"]
                                             : Json::object()) {
                    if (shard.is_string()
                        && fs::path(shard.get_ref<std::string const&>()).filename()
                               == shard.get_ref<std::string const&>())
                        shards.insert(shard.get<std::string>());
                }
                break;                     // other indexes are for other precisions of the same
            } catch (Error const&) {
                found.missing.push_back(name);
            }
        }
        for (std::string const& name : names) {
            if (name.ends_with(ending) && name.find("-of-") == name.npos)
                found.files.push_back(folder / path_from_utf8(name));
        }
        if (!found.files.empty())
            return found;                  // a whole file is enough, whatever an index says
        for (std::string const& shard : shards) {
            if (names.contains(shard))
                found.files.push_back(folder / path_from_utf8(shard));
            else
                found.missing.push_back(shard);
        }
        if (!shards.empty())
            return found;
    }
    return found;
}

/// "transformer" -> "transformer", "vae" -> "VAE": as the user knows them.
std::string part_title(std::string const& part)
{
    if (part.starts_with("vae") || part == "vqgan")
        return "VAE";
    std::string title = part;
    std::ranges::replace(title, '_', ' ');
    return title;
}

void read_part(fs::path const& model, std::string const& part, ModelFolder& out)
{
    Weights const weights = find_weights(model / path_from_utf8(part));
    for (std::string const& shard : weights.missing)
        out.facts.missing_parts.push_back(part + "/" + shard);
    if (weights.files.empty() && weights.missing.empty())
        out.facts.missing_parts.push_back(part_title(part));
    bool const denoiser = part == "unet" || part == "transformer" || part == "prior" || part == "decoder";
    std::error_code error;
    for (fs::path const& file : weights.files) {
        auto const size = fs::file_size(file, error);
        out.size += error ? 0 : size;
        std::optional<ModelFacts> const facts = recognise_file(file);
        if (!facts || !facts->damage.empty()) {
            out.facts.damage
                = std::format("{}/{} {}", part, utf8_name(file.filename()), facts ? facts->damage : "is no model file");
            continue;
        }
        out.facts.tensors += facts->tensors;
        out.facts.parameters += facts->parameters;
        if (denoiser && out.facts.precision.empty())
            out.facts.precision = facts->precision;
        if (denoiser && out.facts.base == ModelBase::unknown)
            out.facts.base = facts->base;
    }
}

}

bool is_model_folder(fs::path const& folder)
{
    std::error_code error;
    return fs::is_regular_file(folder / "model_index.json", error);
}

ModelFolder recognise_folder(fs::path const& folder)
{
    ModelFolder out;
    ModelFacts& facts = out.facts;
    facts.type = ModelType::checkpoint;
    facts.format = "diffusers";
    facts.title = utf8_name(folder.filename());
    Json index;
    try {
        index = read_json(folder / "model_index.json", largest_config);
    } catch (Error const& error) {
        facts.damage = error.what();
        return out;
    }
    std::string const pipeline = text_at(index, "_class_name");
    for (char const* denoiser : { "unet", "transformer", "prior", "decoder" }) {
        try {
            facts.base = base_of_config(pipeline, read_json(folder / denoiser / "config.json", largest_config));
        } catch (Error const&) {           // then its weights tell, or the pipeline
        }
        if (facts.base != ModelBase::unknown)
            break;
    }
    constexpr int most_parts = 32;
    int parts = 0;
    for (auto const& [name, value] : index.items()) {
        std::string const class_name = class_in_index(index, name.c_str());
        bool const plain = !name.empty() && name.find_first_of("/\\.") == name.npos;
        if (class_name.empty() || !plain || name == "safety_checker" || !has_weights(name, class_name)
            || ++parts > most_parts)
            continue;
        read_part(folder, name, out);
    }
    if (facts.base == ModelBase::sdxl && class_in_index(index, "scheduler") == "EDMDPMSolverMultistepScheduler")
        facts.base = ModelBase::playground25;
    if (facts.base == ModelBase::unknown)
        facts.base = base_of_pipeline(pipeline, class_in_index(index, "transformer"));
    try {
        Json const scheduler = read_json(folder / "scheduler" / "scheduler_config.json", largest_config);
        std::string const prediction = text_at(scheduler, "prediction_type");
        facts.prediction = prediction == "v_prediction"                                               ? "v"
                           : text_at(scheduler, "_class_name").find("FlowMatch") != std::string::npos ? "flow"
                                                                                                      : prediction;
    } catch (Error const&) {}
    return out;
}

std::vector<std::string> missing_shards(fs::path const& folder, std::string const& name)
{
    static std::regex const shard(R"((.*)-(\d{5})-of-(\d{5})(\.[a-z]+))");
    std::vector<std::string> missing;
    std::smatch match;
    constexpr std::size_t longest_name = 300;
    if (name.find("-of-") == name.npos || name.size() > longest_name || !std::regex_match(name, match, shard))
        return missing;
    constexpr int most_shards = 500;
    int const count = std::min(std::stoi(match[3]), most_shards);
    std::error_code error;
    for (int i = 1; i <= count; ++i) {
        std::string const other = std::format("{}-{:05}-of-{}{}", match[1].str(), i, match[3].str(), match[4].str());
        if (!fs::exists(folder / path_from_utf8(other), error))
            missing.push_back(other);
    }
    return missing;
}

}
