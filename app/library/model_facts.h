// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the library knows of a model file or folder: what kind it is, which base model it goes with, how it is stored,
// and what its maker wrote about it. Names in text (commands, database) are stable; titles are for people.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

enum class ModelType {
    unknown,
    checkpoint,          // denoiser with its VAE or text encoder, in one file or a diffusers folder
    diffusion_model,     // the denoiser alone
    lora,                // and its relatives; the variant says which
    embedding,           // textual inversion
    vae,
    controlnet,
    t2i_adapter,
    ip_adapter,
    upscaler,
    text_encoder,
    image_encoder,
    hypernetwork,
};

enum class ModelBase {
    unknown,
    several,             // goes with more than one: CLIP-L, say
    sd1,
    sd1_inpaint,
    sd1_edit,
    sd2,
    sd2_inpaint,
    sd2_depth,
    sd_x4_upscaler,
    sdxl,
    sdxl_inpaint,
    sdxl_edit,
    sdxl_refiner,
    playground25,
    kolors,
    svd,
    sd3,
    sd35_medium,
    sd35_large,
    flux1,
    flux1_dev,
    flux1_schnell,
    flux1_fill,
    flux1_control,
    flux2,
    chroma,
    cascade,
    pixart,
    auraflow,
    hunyuan_dit,
    lumina2,
    qwen_image,
    sana,
    z_image,
    wan,
    ltx_video,
    hunyuan_video,
    cogvideox,
    mochi,
};

/// "checkpoint", "sdxl_inpaint"...: for programs.
std::string_view name_of(ModelType type);
std::string_view name_of(ModelBase base);
/// "Checkpoint", "SDXL inpainting"...: for people.
std::string_view title_of(ModelType type);
std::string_view title_of(ModelBase base);
/// Throws invalid_argument with the names there are.
ModelType type_from_name(std::string_view name);
ModelBase base_from_name(std::string_view name);
/// unknown for words that mean none: as trainers and model sites write it ("SDXL 1.0", "sd_v2_768_v",
/// "flux-1-dev/lora").
ModelBase base_from_words(std::string_view words);

struct ModelFacts {
    ModelType type = ModelType::unknown;
    ModelBase base = ModelBase::unknown;
    std::string format;                    // "safetensors", "gguf", "pickle", "diffusers"
    std::string variant;                   // "LoHa", "CLIP-L", "ESRGAN", "tiny autoencoder"...; empty: the usual
    std::string precision;                 // "F16", "F8_E4M3 + BF16", "Q4_K"
    std::string prediction;                // "epsilon", "v", "flow"; empty: not said
    std::int64_t tensors = 0, parameters = 0;
    int rank = 0;                          // of a LoRA; 0: not known
    std::string title, author, licence, description;
    std::string base_detail;               // the base in its maker's words: "Pony", "Illustrious"
    std::vector<std::string> trigger_words;
    std::vector<std::string> missing_parts;   // "VAE", "text encoder", "model-00002-of-00002.safetensors"
    std::vector<std::string> warnings;
    std::string damage;                    // why it cannot be used; empty: nothing found
    std::string tensor_hash;               // SHA-256 of the tensors' bytes, where the maker wrote it down
    std::map<std::string, std::string> metadata;   // as it stands in the file, long texts cut
};

}
