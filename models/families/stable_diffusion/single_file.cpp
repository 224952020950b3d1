// SPDX-License-Identifier: Apache-2.0
#include "models/families/stable_diffusion/single_file.h"

#include "models/api/error.h"
#include "models/checkpoint/key_parts.h"

#include <algorithm>
#include <array>

namespace igneous {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view unet_prefix = "model.diffusion_model.", text_prefix = "cond_stage_model.transformer.";
constexpr int resnets_per_level = 2;
constexpr int context_channels = 768;      // of 1.x: CLIP ViT-L
constexpr char const* a_cross_attention = "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight";
constexpr char const* first_convolution = "model.diffusion_model.input_blocks.0.0.weight";

constexpr char const* unet_config = R"({"block_out_channels": [320, 640, 1280, 1280], "cross_attention_dim": 768,
    "attention_head_dim": 8, "layers_per_block": 2, "sample_size": 64, "norm_num_groups": 32, "norm_eps": 1e-5,
    "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
    "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"]})";

using Names = std::pair<std::string_view, std::string_view>;

constexpr Names of_the_whole[] = {
    { "input_blocks.0.0.", "conv_in." },
    { "time_embed.0.", "time_embedding.linear_1." },
    { "time_embed.2.", "time_embedding.linear_2." },
    { "middle_block.0.", "mid_block.resnets.0." },
    { "middle_block.1.", "mid_block.attentions.0." },
    { "middle_block.2.", "mid_block.resnets.1." },
    { "out.0.", "conv_norm_out." },
    { "out.2.", "conv_out." },
};

constexpr Names of_a_resnet[] = {
    { "in_layers.0.", "norm1." },
    { "in_layers.2.", "conv1." },
    { "emb_layers.1.", "time_emb_proj." },
    { "out_layers.0.", "norm2." },
    { "out_layers.3.", "conv2." },
    { "skip_connection.", "conv_shortcut." },
};

std::string replaced(std::string_view name, std::span<Names const> table)
{
    for (auto const& [theirs, ours] : table)
        if (std::string_view rest = name; take(rest, theirs))
            return std::format("{}{}", ours, rest);
    return std::string(name);
}

/// What stands behind the two numbers of an input or output block: a resnet's part, or another's as it is.
std::string in_block(std::string const& block, int layer, int place, std::string_view rest)
{
    if (rest.starts_with("op.") || rest.starts_with("conv."))
        return std::format("{}.{}.0.conv.{}", block, rest.starts_with("op.") ? "downsamplers" : "upsamplers",
            rest.substr(rest.find('.') + 1));
    if (place > 0)
        return std::format("{}.attentions.{}.{}", block, layer, rest);
    return std::format("{}.resnets.{}.{}", block, layer, replaced(rest, of_a_resnet));
}

std::string unet_name(std::string_view name)
{
    std::string const plain = replaced(name, of_the_whole);
    if (plain != name)
        return plain.starts_with("mid_block.resnets.")
            ? plain.substr(0, 20) + replaced(std::string_view(plain).substr(20), of_a_resnet)
            : plain;
    std::string_view rest = name;
    bool const down = take(rest, "input_blocks."), up = !down && take(rest, "output_blocks.");
    int const index = down || up ? take_number(rest) : -1, place = index >= 0 ? take_number(rest) : -1;
    if (place < 0)
        return std::string(name);
    constexpr int per_level = resnets_per_level + 1;                 // with the downsampler; on the way up a third resnet
    int const at = down ? index - 1 : index;
    return in_block(std::format("{}_blocks.{}", down ? "down" : "up", at / per_level), at % per_level, place, rest);
}

SafetensorsFile open(fs::path const& file)
{
    constexpr std::array pickles { ".pt", ".pth", ".ckpt", ".bin" };
    if (std::ranges::any_of(pickles, [&](char const* ending) { return file.extension() == ending; }))
        fail(ErrorCode::unsupported_model,
            "model: {} is a pickle, which may hold programs and is not read; take the model's safetensors file", file.string());
    return SafetensorsFile::open(file);
}

bool any_below(SafetensorsFile const& file, std::string_view prefix)
{
    return std::ranges::any_of(file.entries(), [&](auto const& entry) { return entry.name.starts_with(prefix); });
}

std::expected<void, std::string> recognise(SafetensorsFile const& file, std::string const& name)
{
    if (any_below(file, "conditioner.embedders."))
        return std::unexpected(std::format("{} is Stable Diffusion XL, which Igneous does not run yet", name));
    if (!file.find(first_convolution) || !file.find(a_cross_attention))
        return std::unexpected(std::format("{} holds no UNet of Stable Diffusion 1.x under CompVis' names", name));
    if (file.find(a_cross_attention)->shape[1] != context_channels)
        return std::unexpected(std::format(
            "{} is Stable Diffusion 2.x in one file, which Igneous does not read yet; take its diffusers folder", name));
    if (!any_below(file, text_prefix) || !any_below(file, "first_stage_model."))
        return std::unexpected(std::format("{} holds the UNet alone, without text encoder or VAE; take the whole checkpoint", name));
    return {};
}

}

std::string diffusers_name_of(std::string_view key)
{
    if (take(key, unet_prefix))
        return "unet/" + unet_name(key);
    if (!take(key, text_prefix))
        return {};
    // Files that were saved with older versions of transformers lack its name.
    return std::format("text_encoder/{}{}", key.starts_with("text_model.") ? "" : "text_model.", key);
}

std::expected<void, std::string> recognise_single_file(fs::path const& file) { return recognise(open(file), file.string()); }

StableDiffusionConfig read_single_file_config(fs::path const& file)
{
    SafetensorsFile const opened = open(file);
    if (auto const known = recognise(opened, file.string()); !known)
        fail(ErrorCode::unsupported_model, "model: {}", known.error());
    StableDiffusionConfig config {
        .folder = file,
        .text = { .vocabulary = 49408, .channels = context_channels, .inner_channels = 3072, .layers = 12, .heads = 12 },
        .unet = UNet2DConditionConfig::from(Config::parse(unet_config, file.string())),
        .vae = single_file_vae(),
        .noise = {},
        .defaults = {},
    };
    config.unet.in_channels = static_cast<int>(opened.find(first_convolution)->shape[1]);
    require(config.unet.in_channels == 4 || config.inpainting(),
        "model: the UNet of {} takes {} channels, expected 4 or, for inpainting, 9", file.string(), config.unet.in_channels);
    config.noise.scheduler_class = "PNDMScheduler";
    config.noise.steps_offset = 1;
    config.noise.final_alpha_one = false;
    if (opened.find("v_pred"))            // marks that trainers leave, and ComfyUI reads
        config.noise.prediction = Prediction::v;
    config.noise.rescale_zero_terminal_snr = opened.find("ztsnr") != nullptr;
    return config;
}

AutoencoderKLConfig single_file_vae()
{
    AutoencoderKLConfig config;
    config.channels = { 128, 256, 512, 512 };
    config.layers_per_block = 2;
    return config;
}

SingleFileParts open_single_file(fs::path const& file)
{
    TensorIndex whole("model");
    whole.add(open(file));
    SingleFileParts parts;
    for (auto const& [key, entry] : whole.entries()) {
        std::string name = diffusers_name_of(key);
        if (name.empty())
            continue;
        if (!entry.unsupported.empty())
            fail(ErrorCode::unsupported_model, "model: {} stores {} as {}, which the engine does not compute with", file.string(),
                key, entry.unsupported);
        std::size_t const slash = name.find('/');
        (name.starts_with("unet/") ? parts.unet : parts.text_encoder).add(name.substr(slash + 1), entry.weight);
    }
    return parts;
}

}
