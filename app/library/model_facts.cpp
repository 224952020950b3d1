// SPDX-License-Identifier: Apache-2.0
#include "app/library/model_facts.h"

#include "models/api/error.h"

#include <algorithm>
#include <cctype>

namespace igneous {

namespace {

template<class Enum>
struct Row {
    Enum value;
    std::string_view name, title;
};

constexpr Row<ModelType> types[] = {
    { ModelType::unknown, "unknown", "Unknown" },
    { ModelType::checkpoint, "checkpoint", "Checkpoint" },
    { ModelType::diffusion_model, "diffusion_model", "Diffusion model" },
    { ModelType::lora, "lora", "LoRA" },
    { ModelType::embedding, "embedding", "Embedding" },
    { ModelType::vae, "vae", "VAE" },
    { ModelType::controlnet, "controlnet", "ControlNet" },
    { ModelType::t2i_adapter, "t2i_adapter", "T2I-Adapter" },
    { ModelType::ip_adapter, "ip_adapter", "IP-Adapter" },
    { ModelType::upscaler, "upscaler", "Upscaler" },
    { ModelType::text_encoder, "text_encoder", "Text encoder" },
    { ModelType::image_encoder, "image_encoder", "Image encoder" },
    { ModelType::hypernetwork, "hypernetwork", "Hypernetwork" },
};

constexpr Row<ModelBase> bases[] = {
    { ModelBase::unknown, "unknown", "unknown" },
    { ModelBase::several, "several", "several" },
    { ModelBase::sd1, "sd1", "SD 1.x" },
    { ModelBase::sd1_inpaint, "sd1_inpaint", "SD 1.x inpainting" },
    { ModelBase::sd1_edit, "sd1_edit", "SD 1.x instruction edit" },
    { ModelBase::sd2, "sd2", "SD 2.x" },
    { ModelBase::sd2_inpaint, "sd2_inpaint", "SD 2.x inpainting" },
    { ModelBase::sd2_depth, "sd2_depth", "SD 2.x depth" },
    { ModelBase::sd_x4_upscaler, "sd_x4_upscaler", "SD x4 upscaler" },
    { ModelBase::sdxl, "sdxl", "SDXL" },
    { ModelBase::sdxl_inpaint, "sdxl_inpaint", "SDXL inpainting" },
    { ModelBase::sdxl_edit, "sdxl_edit", "SDXL instruction edit" },
    { ModelBase::sdxl_refiner, "sdxl_refiner", "SDXL refiner" },
    { ModelBase::playground25, "playground25", "Playground v2.5" },
    { ModelBase::kolors, "kolors", "Kolors" },
    { ModelBase::svd, "svd", "Stable Video Diffusion" },
    { ModelBase::sd3, "sd3", "SD 3" },
    { ModelBase::sd35_medium, "sd35_medium", "SD 3.5 medium" },
    { ModelBase::sd35_large, "sd35_large", "SD 3.5 large" },
    { ModelBase::flux1, "flux1", "Flux.1" },
    { ModelBase::flux1_dev, "flux1_dev", "Flux.1 dev" },
    { ModelBase::flux1_schnell, "flux1_schnell", "Flux.1 schnell" },
    { ModelBase::flux1_fill, "flux1_fill", "Flux.1 Fill" },
    { ModelBase::flux1_control, "flux1_control", "Flux.1 depth or canny" },
    { ModelBase::flux2, "flux2", "Flux.2" },
    { ModelBase::chroma, "chroma", "Chroma" },
    { ModelBase::cascade, "cascade", "Stable Cascade" },
    { ModelBase::pixart, "pixart", "PixArt" },
    { ModelBase::auraflow, "auraflow", "AuraFlow" },
    { ModelBase::hunyuan_dit, "hunyuan_dit", "Hunyuan-DiT" },
    { ModelBase::lumina2, "lumina2", "Lumina 2" },
    { ModelBase::qwen_image, "qwen_image", "Qwen-Image" },
    { ModelBase::sana, "sana", "SANA" },
    { ModelBase::z_image, "z_image", "Z-Image" },
    { ModelBase::wan, "wan", "Wan" },
    { ModelBase::ltx_video, "ltx_video", "LTX-Video" },
    { ModelBase::hunyuan_video, "hunyuan_video", "HunyuanVideo" },
    { ModelBase::cogvideox, "cogvideox", "CogVideoX" },
    { ModelBase::mochi, "mochi", "Mochi" },
};

template<class Enum, std::size_t N>
Row<Enum> const& row_of(Row<Enum> const (&rows)[N], Enum value)
{
    return *std::ranges::find(rows, value, &Row<Enum>::value);
}

template<class Enum, std::size_t N>
Enum from_name(Row<Enum> const (&rows)[N], std::string_view name, std::string_view what)
{
    if (auto const row = std::ranges::find(rows, name, &Row<Enum>::name); row != std::end(rows))
        return row->value;
    std::string names;
    for (auto const& row : rows)
        names += (names.empty() ? "" : ", ") + std::string(row.name);
    fail(ErrorCode::invalid_argument, "there is no {} {}; there are {}", what, name, names);
}

}

std::string_view name_of(ModelType type) { return row_of(types, type).name; }
std::string_view name_of(ModelBase base) { return row_of(bases, base).name; }
std::string_view title_of(ModelType type) { return row_of(types, type).title; }
std::string_view title_of(ModelBase base) { return row_of(bases, base).title; }
ModelType type_from_name(std::string_view name) { return from_name(types, name, "model type"); }
ModelBase base_from_name(std::string_view name) { return from_name(bases, name, "base model"); }

ModelBase base_from_words(std::string_view words)
{
    std::string plain;                     // "SD 1.5" and "sd_v1-5" are both "sd15"-like
    for (char c : words.substr(0, 200)) {
        if (std::isalnum(static_cast<unsigned char>(c)))
            plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    // The first that is found counts: the longer before what it contains.
    constexpr std::pair<std::string_view, ModelBase> rows[] = {
        { "refiner", ModelBase::sdxl_refiner },
        { "pony", ModelBase::sdxl },
        { "illustrious", ModelBase::sdxl },
        { "noobai", ModelBase::sdxl },
        { "playground", ModelBase::playground25 },
        { "kolors", ModelBase::kolors },
        { "sdxl", ModelBase::sdxl },
        { "diffusionxl", ModelBase::sdxl },
        { "cascade", ModelBase::cascade },
        { "videodiffusion", ModelBase::svd },
        { "sd35large", ModelBase::sd35_large },
        { "sd35medium", ModelBase::sd35_medium },
        { "diffusion35large", ModelBase::sd35_large },
        { "diffusion35medium", ModelBase::sd35_medium },
        { "sd35", ModelBase::sd3 },
        { "sd3", ModelBase::sd3 },
        { "diffusion3", ModelBase::sd3 },
        { "sd1inpaint", ModelBase::sd1_inpaint },
        { "sd15inpaint", ModelBase::sd1_inpaint },
        { "sdv1", ModelBase::sd1 },
        { "sd1", ModelBase::sd1 },
        { "diffusionv1", ModelBase::sd1 },
        { "sdv2", ModelBase::sd2 },
        { "sd2", ModelBase::sd2 },
        { "diffusionv2", ModelBase::sd2 },
        { "flux2", ModelBase::flux2 },
        { "flux1fill", ModelBase::flux1_fill },
        { "flux1schnell", ModelBase::flux1_schnell },
        { "flux1s", ModelBase::flux1_schnell },
        { "flux1d", ModelBase::flux1_dev },
        { "flux", ModelBase::flux1 },
        { "chroma", ModelBase::chroma },
        { "pixart", ModelBase::pixart },
        { "auraflow", ModelBase::auraflow },
        { "hunyuanvideo", ModelBase::hunyuan_video },
        { "hunyuan", ModelBase::hunyuan_dit },
        { "lumina", ModelBase::lumina2 },
        { "qwenimage", ModelBase::qwen_image },
        { "qwen", ModelBase::qwen_image },
        { "sana", ModelBase::sana },
        { "zimage", ModelBase::z_image },
        { "wan", ModelBase::wan },
        { "ltx", ModelBase::ltx_video },
        { "cogvideo", ModelBase::cogvideox },
        { "mochi", ModelBase::mochi },
    };
    for (auto const& [part, base] : rows) {
        if (plain.find(part) != plain.npos)
            return base;
    }
    return ModelBase::unknown;
}

}
