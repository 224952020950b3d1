// SPDX-License-Identifier: Apache-2.0
#include "models/families/stable_diffusion/stable_diffusion.h"

#include "compute/ops/ops.h"
#include "models/api/error.h"
#include "models/families/stable_diffusion/single_file.h"
#include "models/vae/autoencoder_kl_file.h"

namespace igneous {

namespace {

Tensor encode_mean(AutoencoderKL const& vae, Graph& graph, Tensor picture)
{
    auto const [mean, logvar] = vae.encode(picture);
    graph.output("logvar", cast(logvar, DType::f32));
    return mean;
}

Tensor encode_mean(AutoencoderTiny const& vae, Graph&, Tensor picture) { return vae.encode(picture); }

}

Vae load_vae(std::filesystem::path const& folder)
{
    if (std::holds_alternative<AutoencoderTinyConfig>(read_vae_config(folder)))
        return AutoencoderTiny::load(folder);
    return AutoencoderKL::load(folder);
}

StableDiffusion StableDiffusion::load(std::filesystem::path const& folder)
{
    StableDiffusionConfig const config = StableDiffusionConfig::read(folder);
    if (std::filesystem::is_regular_file(folder)) {
        SingleFileParts parts = open_single_file(folder);
        return {
            .config = config,
            .text_encoder = ClipTextModel::load(std::move(parts.text_encoder), config.text),
            .unet = UNet2DCondition::load(std::move(parts.unet), config.unet),
            .vae = load_autoencoder_kl_file(folder, std::get<AutoencoderKLConfig>(config.vae)),
        };
    }
    return {
        .config = config,
        .text_encoder = ClipTextModel::load(folder / "text_encoder"),
        .unet = UNet2DCondition::load(folder / "unet"),
        .vae = load_vae(folder / "vae"),
    };
}

void StableDiffusion::use_vae(std::filesystem::path const& place)
{
    std::error_code ignored;
    if (!std::filesystem::exists(place, ignored))
        fail(ErrorCode::file_missing, "vae: {} is not there; it may have been moved or deleted", place.string());
    bool const whole = std::filesystem::is_directory(place, ignored);
    std::filesystem::path const folder = whole ? place : place.parent_path();
    bool const configured = whole
        || (place.filename().string().starts_with("diffusion_pytorch_model")
            && std::filesystem::exists(folder / "config.json", ignored));
    bool const single = std::filesystem::is_regular_file(config.folder, ignored);
    VaeConfig const own = single ? VaeConfig(single_file_vae()) : read_vae_config(config.folder / "vae");   // whatever is in use
    auto const* own_kl = std::get_if<AutoencoderKLConfig>(&own);
    Vae other = configured ? load_vae(folder)
                           : Vae(load_autoencoder_kl_file(place, own_kl ? *own_kl : AutoencoderKLConfig()));
    auto const latents = [](auto const& c) { return std::pair(c.latent_channels, c.factor()); };
    auto const theirs = std::visit([&](auto const& v) { return latents(v.config); }, other);
    auto const ours = std::visit(latents, own);
    require(theirs == ours,
        "vae: {} makes latents of {} channels, one for {} pixels, but {} takes {} channels, one for {} pixels; "
        "choose a VAE for this kind of model",
        place.string(), theirs.first, theirs.second, config.folder.string(), ours.first, ours.second);
    config.vae = std::visit([](auto const& v) { return VaeConfig(v.config); }, other);
    vae = std::move(other);
}

StableDiffusion StableDiffusion::shapes_only(StableDiffusionConfig const& config)
{
    auto const shapes = [](std::string part) { return TensorIndex::shapes_only(std::move(part)); };
    auto const* kl = std::get_if<AutoencoderKLConfig>(&config.vae);
    return {
        .config = config,
        .text_encoder = ClipTextModel::load(shapes("text_encoder"), config.text),
        .unet = UNet2DCondition::load(shapes("unet"), config.unet),
        .vae = kl ? Vae(AutoencoderKL::load(shapes("vae"), *kl))
                  : Vae(AutoencoderTiny::load(shapes("vae"), std::get<AutoencoderTinyConfig>(config.vae))),
    };
}

std::shared_ptr<Graph> build_text_graph(StableDiffusion const& model, TextGraph const& s)
{
    auto graph = std::make_shared<Graph>(s.tier);
    Tensor const ids = graph->input("input_ids", DType::i32, { s.batch, s.tokens }, Rate::request);
    Tensor const end = graph->input("end", DType::i32, { s.batch }, Rate::request);
    ClipTextOutputs const out = model.text_encoder(ids, end);
    graph->output("context", cast(model.text_encoder.skipped(out, s.skip_layers), DType::f32));
    graph->output("pooled", cast(out.pooled, DType::f32));
    return graph;
}

std::shared_ptr<Graph> build_denoise_graph(StableDiffusion const& model, DenoiseGraph const& s)
{
    require(s.copies == 1 || s.copies == 2, "denoise graph: {} copies, expected 1 or 2", s.copies);
    int const latent = model.config.latent_channels(), rows = s.copies * s.batch;
    auto graph = std::make_shared<Graph>(s.tier);
    Tensor const x = graph->input("x", DType::f32, { s.batch, s.height, s.width, latent }, Rate::step);
    Tensor const factors = graph->input("factors", DType::f32, { 4 }, Rate::step);
    Tensor const timestep = graph->input("timestep", DType::f32, { rows }, Rate::step);
    Tensor const context =
        graph->input("context", s.tier, { rows, s.tokens, model.config.text.channels }, Rate::request);

    Tensor sample = model_input(x, factors, s.copies);
    if (model.config.inpainting())
        sample =
            concat(sample, graph->input("inpaint", s.tier, { rows, s.height, s.width, latent + 1 }, Rate::request));
    Tensor const prediction = model.unet(sample, timestep, context);
    graph->output("denoised", guide(x, prediction, factors, s.copies));
    return graph;
}

std::shared_ptr<Graph> build_vae_encode_graph(Vae const& vae, VaeGraph const& s)
{
    auto graph = std::make_shared<Graph>(s.tier);
    std::visit(
        [&](auto const& v) {
            Tensor const picture =
                graph->input("sample", s.tier, { s.batch, s.height, s.width, v.config.in_channels }, Rate::step);
            graph->output("mean", cast(encode_mean(v, *graph, picture), DType::f32));
        },
        vae);
    return graph;
}

std::shared_ptr<Graph> build_vae_decode_graph(Vae const& vae, VaeGraph const& s)
{
    auto graph = std::make_shared<Graph>(s.tier);
    std::visit(
        [&](auto const& v) {
            Tensor const latents =
                graph->input("latent", s.tier, { s.batch, s.height, s.width, v.config.latent_channels }, Rate::step);
            graph->output("sample", cast(v.decode(latents), DType::f32));
        },
        vae);
    return graph;
}

std::shared_ptr<Graph> build_preview_graph(Vae const& vae, VaeGraph const& s)
{
    auto graph = std::make_shared<Graph>(s.tier);
    std::visit(
        [&](auto const& v) {
            Tensor const latents =
                graph->input("latents", DType::f32, { s.batch, s.height, s.width, v.config.latent_channels }, Rate::step);
            Tensor const unscaled = affine(latents, 1 / v.config.scaling_factor, v.config.shift_factor);
            graph->output("sample", cast(v.decode(cast(unscaled, s.tier)), DType::f32));
        },
        vae);
    return graph;
}

}
