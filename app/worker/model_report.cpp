// SPDX-License-Identifier: Apache-2.0
#include "app/worker/model_report.h"

#include "app/files/places.h"
#include "app/protocol/lora_fit.h"
#include "models/checkpoint/config.h"
#include "models/checkpoint/tensor_index.h"
#include "models/families/stable_diffusion/config.h"
#include "models/tokens/clip_tokenizer.h"

#include <map>

namespace igneous {

namespace fs = std::filesystem;

namespace {

std::string class_of(fs::path const& folder)
{
    Config const config = Config::read(folder / "config.json");
    std::string name = config.text("_class_name", "");
    if (auto const names = config.texts("architectures", std::vector<std::string> {}); name.empty() && !names.empty())
        name = names.front();
    return name;
}

ModelPart read_part(fs::path const& model, std::string const& name, std::string_view stem)
{
    ModelPart part { .name = name, .class_name = class_of(model / name) };
    TensorIndex const index = TensorIndex::from_folder(model / name, stem, name);
    std::map<std::string, int> types;
    for (auto const& [key, entry] : index.entries()) {
        ++part.tensors;
        part.parameters += static_cast<std::uint64_t>(entry.weight->shape.elements());
        part.bytes += entry.weight->bytes.size();
        ++types[entry.unsupported.empty() ? std::string(name_of(entry.weight->dtype)) : entry.unsupported];
    }
    for (auto const& [type, count] : types)
        part.types += (part.types.empty() ? "" : ", ") + type;
    return part;
}

std::string levels_text(UNet2DConditionConfig const& unet)
{
    std::string text;
    for (auto const& level : unet.levels)
        text += std::format("{}{}x{}{}", text.empty() ? "" : ", ", level.resnets, level.channels,
            level.down_attention ? " with attention" : "");
    return text;
}

Facts tokenizer_facts(fs::path const& folder)
{
    Facts facts;
    std::error_code error;
    if (!fs::exists(folder / "tokenizer", error)) {
        facts.add("kind", "tokenizer", "none in the folder; CLIP's own is taken");
        return facts;
    }
    ClipTokenizer const tokenizer = ClipTokenizer::load(folder);
    facts.add("kind", "tokenizer", "CLIP byte pairs");
    facts.add("vocabulary", "  tokens", tokenizer.vocabulary_size());
    facts.add("max_length", "  tokens in a chunk", tokenizer.max_length());
    return facts;
}

Facts noise_facts(NoiseFacts const& noise)
{
    Facts facts;
    facts.add("scheduler", "scheduler", noise.scheduler_class);
    facts.add("prediction", "  predicts", name_of(noise.prediction));
    facts.add("train_timesteps", "  training steps", noise.train_timesteps);
    facts.add("beta_schedule", "  betas", noise.trained_betas.empty() ? noise.beta_schedule : "listed");
    facts.add("beta_start", "  first beta", noise.beta_start);
    facts.add("beta_end", "  last beta", noise.beta_end);
    facts.add("zero_terminal_snr", "  zero terminal SNR", noise.rescale_zero_terminal_snr);
    facts.add("timestep_spacing", "  spacing", noise.timestep_spacing);
    return facts;
}

Facts shape_facts(StableDiffusionConfig const& config)
{
    Facts facts;
    facts.add("width", "width", config.defaults.width);
    facts.add("height", "height", config.defaults.height);
    facts.add("steps", "steps", config.defaults.steps);
    facts.add("cfg", "cfg", config.defaults.cfg);
    facts.add("inpainting", "inpainting UNet", config.inpainting());
    facts.add("latent_channels", "latent channels", config.latent_channels());
    facts.add("latent_factor", "pixels per latent", config.factor());
    facts.add("context_channels", "text channels", config.unet.context_channels());
    facts.add("unet_levels", "UNet levels", levels_text(config.unet));
    return facts;
}

}

ModelReport report_model(fs::path const& folder)
{
    auto const recognised = recognise_stable_diffusion(folder);
    if (!recognised)
        fail(ErrorCode::unsupported_model, "{} is no model that Igneous knows: {}", utf8_name(folder),
            recognised.error());
    StableDiffusionConfig const config = StableDiffusionConfig::read(folder);
    ModelReport facts { .folder = folder,
        .parts = { read_part(folder, "text_encoder", "model"), read_part(folder, "unet", "diffusion_pytorch_model"),
            read_part(folder, "vae", "diffusion_pytorch_model") },
        .together = { .name = "together" },
        .shapes = shape_facts(config),
        .tokenizer = tokenizer_facts(folder),
        .noise = noise_facts(config.noise) };
    for (ModelPart const& part : facts.parts) {
        facts.together.tensors += part.tensors;
        facts.together.parameters += part.parameters;
        facts.together.bytes += part.bytes;
    }
    return facts;
}

nlohmann::ordered_json to_json(ModelReport const& facts)
{
    nlohmann::ordered_json parts = nlohmann::ordered_json::array();
    for (ModelPart const& part : facts.parts)
        parts.push_back({ { "name", part.name }, { "class", part.class_name }, { "tensors", part.tensors },
            { "parameters", part.parameters }, { "bytes", part.bytes }, { "dtypes", part.types } });
    return { { "path", utf8_name(facts.folder) }, { "family", "stable_diffusion" }, { "parts", parts },
        { "parameters", facts.together.parameters }, { "bytes", facts.together.bytes },
        { "defaults", facts.shapes.json }, { "tokenizer", facts.tokenizer.json }, { "noise", facts.noise.json } };
}

nlohmann::ordered_json to_json(LoraFit const& fit) { return lora_fit_json(fit); }

}
