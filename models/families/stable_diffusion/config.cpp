// SPDX-License-Identifier: Apache-2.0
#include "models/families/stable_diffusion/config.h"

#include "models/api/error.h"
#include "models/families/stable_diffusion/single_file.h"

#include <algorithm>
#include <array>

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr std::array pipeline_classes { "StableDiffusionPipeline", "StableDiffusionInpaintPipeline",
    "StableDiffusionImg2ImgPipeline", "LatentConsistencyModelPipeline" };

/// [library, class] of a part in model_index.json; empty where it is left out.
std::string part_class(Config const& index, std::string_view part)
{
    std::vector<std::string> const entry = index.texts(part, std::vector<std::string> {});
    return entry.size() == 2 ? entry[1] : "";
}

void require_class(Config const& index, std::string_view part, std::initializer_list<std::string_view> supported)
{
    std::string list;
    for (std::string_view name : supported) {
        if (part_class(index, part) == name)
            return;
        list += (list.empty() ? "" : " or ") + std::string(name);
    }
    index.refuse(part, list);
}

/// The spacing that a scheduler class of diffusers takes when its config does not say.
std::string default_spacing(std::string_view scheduler)
{
    constexpr std::array leading { "DDIMScheduler", "PNDMScheduler", "DDPMScheduler", "LCMScheduler", "TCDScheduler" };
    return std::ranges::find(leading, scheduler) != leading.end() ? "leading" : "linspace";
}

}

VaeConfig read_vae_config(fs::path const& folder)
{
    Config const config = Config::read(folder / "config.json");
    std::string const name = config.text("_class_name", "AutoencoderKL");
    if (name == "AutoencoderTiny")
        return AutoencoderTinyConfig::from(config);
    return AutoencoderKLConfig::from(config);
}

std::string_view name_of(Prediction prediction)
{
    switch (prediction) {
    case Prediction::epsilon: return "epsilon";
    case Prediction::v: return "v_prediction";
    case Prediction::sample: return "sample";
    }
    return "?";
}

NoiseFacts NoiseFacts::from(Config const& c)
{
    NoiseFacts facts;
    facts.scheduler_class = c.text("_class_name", "");
    std::string const prediction = c.text("prediction_type", "epsilon");
    if (prediction == "v_prediction")
        facts.prediction = Prediction::v;
    else if (prediction == "sample")
        facts.prediction = Prediction::sample;
    else if (prediction != "epsilon")
        c.refuse("prediction_type", "epsilon, v_prediction or sample");
    facts.train_timesteps = c.integer("num_train_timesteps", 1000, 2, 100000);
    facts.beta_schedule = c.text("beta_schedule", "linear");
    if (facts.beta_schedule != "linear" && facts.beta_schedule != "scaled_linear"
        && facts.beta_schedule != "squaredcos_cap_v2")
        c.refuse("beta_schedule", "linear, scaled_linear or squaredcos_cap_v2");
    facts.beta_start = c.number("beta_start", 0.0001);
    facts.beta_end = c.number("beta_end", 0.02);
    for (std::string_view key : { "beta_start", "beta_end" }) {
        double const beta = key == "beta_start" ? facts.beta_start : facts.beta_end;
        if (!(beta > 0 && beta < 1))
            c.refuse(key, "between 0 and 1");
    }
    facts.trained_betas = c.numbers("trained_betas");
    if (!facts.trained_betas.empty() && facts.trained_betas.size() != static_cast<std::size_t>(facts.train_timesteps))
        c.refuse("trained_betas", std::format("null or as many as num_train_timesteps, {}", facts.train_timesteps));
    facts.rescale_zero_terminal_snr = c.flag("rescale_betas_zero_snr", false);
    facts.timestep_spacing = c.text("timestep_spacing", default_spacing(facts.scheduler_class));
    if (facts.timestep_spacing != "leading" && facts.timestep_spacing != "trailing"
        && facts.timestep_spacing != "linspace")
        c.refuse("timestep_spacing", "leading, trailing or linspace");
    facts.steps_offset = c.integer("steps_offset", 0, 0, 1000);
    facts.final_alpha_one = c.flag("set_alpha_to_one", facts.scheduler_class != "PNDMScheduler");
    facts.karras_sigmas = c.flag("use_karras_sigmas", false);
    return facts;
}

std::expected<void, std::string> recognise_stable_diffusion(fs::path const& folder)
{
    if (fs::is_regular_file(folder))
        return recognise_single_file(folder);
    fs::path const file = folder / "model_index.json";
    if (!fs::exists(file))
        return std::unexpected(
            std::format("{} has no model_index.json: it is not a diffusers folder", folder.string()));
    Config const index = Config::read(file);
    std::string const name = index.text("_class_name", "");
    if (std::ranges::find(pipeline_classes, name) == pipeline_classes.end())
        return std::unexpected(
            std::format("{}: _class_name is {}, not one of Stable Diffusion 1.x or 2.x", file.string(), name));
    return {};
}

StableDiffusionConfig StableDiffusionConfig::read(fs::path const& folder)
{
    if (fs::is_regular_file(folder))
        return read_single_file_config(folder);
    if (!fs::is_directory(folder))
        fail(ErrorCode::file_missing, "{} is not there", folder.string());
    if (auto const known = recognise_stable_diffusion(folder); !known)
        fail(fs::exists(folder / "model_index.json") ? ErrorCode::unsupported_model : ErrorCode::file_missing, "{}",
            known.error());
    Config const index = Config::read(folder / "model_index.json");
    require_class(index, "text_encoder", { "CLIPTextModel", "CLIPTextModelWithProjection" });
    require_class(index, "unet", { "UNet2DConditionModel" });
    require_class(index, "vae", { "AutoencoderKL", "AutoencoderTiny" });

    Config const unet_file = Config::read(folder / "unet" / "config.json");
    StableDiffusionConfig config {
        .folder = folder,
        .text = ClipTextConfig::from(Config::read(folder / "text_encoder" / "config.json")),
        .unet = UNet2DConditionConfig::from(unet_file),
        .vae = read_vae_config(folder / "vae"),
        .noise = NoiseFacts::from(Config::read(folder / "scheduler" / "scheduler_config.json")),
        .defaults = {},
    };
    int const latent = config.latent_channels();
    if (config.unet.in_channels != latent && config.unet.in_channels != 2 * latent + 1)
        unet_file.refuse("in_channels", std::format("{} or, for inpainting, {}, as the VAE has {} latent channels",
                                            latent, 2 * latent + 1, latent));
    if (config.unet.out_channels != latent)
        unet_file.refuse("out_channels", std::format("{}, the VAE's latent channels", latent));
    if (config.unet.context_channels() != config.text.channels)
        unet_file.refuse(
            "cross_attention_dim", std::format("{}, the text encoder's hidden_size", config.text.channels));
    config.defaults.steps = index.integer("_igneous_steps", config.defaults.steps, 1, 1000);
    config.defaults.cfg = index.number("_igneous_cfg", config.defaults.cfg);
    if (!(config.defaults.cfg >= 0 && config.defaults.cfg <= 100))
        index.refuse("_igneous_cfg", "0 to 100");
    config.defaults.width = config.defaults.height = config.unet.sample_size * config.factor();
    return config;
}

}
