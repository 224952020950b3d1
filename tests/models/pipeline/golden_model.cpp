// SPDX-License-Identifier: Apache-2.0
#include "tests/models/pipeline/golden_model.h"

#include "models/families/stable_diffusion/config.h"
#include "tests/models/families/golden_case.h"

#include <cmath>
#include <format>
#include <fstream>

namespace igneous::golden {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

fs::path const golden_folder = fs::path(IGNEOUS_SOURCE_DIR) / "tests/golden";

json read_json(char const* name)
{
    std::ifstream stream(golden_folder / "pipelines" / name);
    return json::parse(stream);
}

NamedTensors tensors_by_formula(std::function<void(TensorIndex)> const& load)
{
    NamedTensors tensors;
    load(TensorIndex::made_by(
        [&tensors](std::string const& name, Shape const& shape) {
            tensors[name] = formula_weight(name, shape);
            return formula_source("part", name, shape);
        },
        "part"));
    return tensors;
}

}

json const& pipeline_model()
{
    static json const model = read_json("model.json");
    return model;
}

json const& pipeline_cases()
{
    static json const cases = read_json("cases.json");
    return cases;
}

NamedTensors const& pipeline_outputs()
{
    static NamedTensors const outputs = read_tensors(golden_folder / "pipelines/pipelines.safetensors");
    return outputs;
}

PipelineFolder::PipelineFolder(std::string const& scheduler, json const& settings, int channels, Spoil const& spoil)
{
    json const& model = pipeline_model();
    json unet = model["unet"], scheduler_config = settings;
    unet["in_channels"] = channels;
    scheduler_config["_class_name"] = scheduler;
    json const index = { { "_class_name", "StableDiffusionPipeline" }, { "text_encoder", { "transformers", "CLIPTextModel" } },
        { "unet", { "diffusers", "UNet2DConditionModel" } }, { "vae", { "diffusers", "AutoencoderKL" } },
        { "tokenizer", { "transformers", "CLIPTokenizer" } } };
    m_folder.write("model_index.json", index.dump());
    m_folder.write("text_encoder/config.json", model["text_encoder"].dump());
    m_folder.write("unet/config.json", unet.dump());
    m_folder.write("vae/config.json", model["vae"].dump());
    m_folder.write("scheduler/scheduler_config.json", scheduler_config.dump());
    fs::copy(golden_folder / "tokens/small", m_folder.path() / "tokenizer", fs::copy_options::recursive);

    StableDiffusionConfig const c = StableDiffusionConfig::read(m_folder.path());
    auto const write = [&](std::string const& part, char const* file, std::function<void(TensorIndex)> const& load) {
        NamedTensors tensors = tensors_by_formula(load);
        if (spoil)
            spoil(part, tensors);
        write_safetensors(m_folder.path() / part / file, tensors);
    };
    write("text_encoder", "model.safetensors", [&](TensorIndex w) { ClipTextModel::load(std::move(w), c.text); });
    write("unet", "diffusion_pytorch_model.safetensors", [&](TensorIndex w) { UNet2DCondition::load(std::move(w), c.unet); });
    write("vae", "diffusion_pytorch_model.safetensors",
        [&](TensorIndex w) { AutoencoderKL::load(std::move(w), std::get<AutoencoderKLConfig>(c.vae)); });
}

std::string PipelineFolder::noise_file(int batch, int draws) const
{
    Shape const shape { batch, 4, pipeline_model()["height"].get<int>() / 2, pipeline_model()["width"].get<int>() / 2 };
    auto const normal_like = [&](std::string const& name) { return formula_values(name, shape, 0, std::sqrt(3.0)); };
    NamedTensors tensors { { "latents", normal_like("pipelines.latents") } };
    for (int i = 0; i < draws; ++i)
        tensors[std::format("noise.{}", i)] = normal_like(std::format("pipelines.noise.{}", i));
    std::string const path = file("noise.safetensors");
    write_safetensors(path, tensors);
    return path;
}

Image golden_picture()
{
    int const height = pipeline_model()["height"], width = pipeline_model()["width"];
    Image image(width, height, 3);
    HostTensor const unit = formula_values("pipelines.picture", { height, width, 3 }, 127.5, 127.0);
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        image.pixels[i] = static_cast<std::uint8_t>(std::nearbyint(unit.f32()[i]));
    return image;
}

Image golden_mask()
{
    Image mask(pipeline_model()["width"], pipeline_model()["height"], 1);
    for (int y = 8; y < 24; ++y)
        for (int x = 6; x < 20; ++x)
            mask.pixels[static_cast<std::size_t>(y * mask.width + x)] = 255;
    return mask;
}

}
