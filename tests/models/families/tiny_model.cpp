// SPDX-License-Identifier: Apache-2.0
#include "tests/models/families/tiny_model.h"

#include "models/families/stable_diffusion/config.h"
#include "tests/models/families/golden_case.h"

#include <functional>
#include <nlohmann/json.hpp>

namespace igneous::golden {

namespace {

using nlohmann::json;

/// The tensors of a part by formula, as a file has them.
NamedTensors part_tensors(std::function<void(TensorIndex)> const& load)
{
    auto tensors = std::make_shared<NamedTensors>();
    load(TensorIndex::made_by(
        [tensors](std::string const& name, Shape const& shape) {
            (*tensors)[name] = formula_weight(name, shape);
            return formula_source("part", name, shape);
        },
        "part"));
    return *tensors;
}

}

TinyModel::TinyModel()
{
    json unet_config = json::parse(cases("unet").front().config_text);
    unet_config["cross_attention_dim"] = 32;
    json const index = { { "_class_name", "StableDiffusionPipeline" },
        { "text_encoder", { "transformers", "CLIPTextModel" } }, { "unet", { "diffusers", "UNet2DConditionModel" } },
        { "vae", { "diffusers", "AutoencoderKL" } }, { "safety_checker", { nullptr, nullptr } } };
    json const scheduler = { { "_class_name", "DDIMScheduler" }, { "beta_schedule", "scaled_linear" },
        { "beta_start", 0.00085 }, { "beta_end", 0.012 }, { "prediction_type", "v_prediction" } };
    files = {
        { "model_index.json", index.dump() },
        { "text_encoder/config.json", cases("text_encoder").front().config_text },
        { "unet/config.json", unet_config.dump() },
        { "vae/config.json", cases("autoencoder_kl").front().config_text },
        { "scheduler/scheduler_config.json", scheduler.dump() },
    };
    for (auto const& [name, content] : files)
        folder.write(name, content);

    StableDiffusionConfig const c = StableDiffusionConfig::read(path());
    auto const& kl = std::get<AutoencoderKLConfig>(c.vae);
    text = part_tensors([&](TensorIndex weights) { ClipTextModel::load(std::move(weights), c.text); });
    unet = part_tensors([&](TensorIndex weights) { UNet2DCondition::load(std::move(weights), c.unet); });
    vae = part_tensors([&](TensorIndex weights) { AutoencoderKL::load(std::move(weights), kl); });
    text["text_model.embeddings.position_ids"] = HostTensor(DType::i64, { 1, 77 });
    write_safetensors(path() / "text_encoder/model.safetensors", text);
    write_safetensors(unet_file(), unet);
    write_safetensors(path() / "vae/diffusion_pytorch_model.safetensors", vae);
}

}
