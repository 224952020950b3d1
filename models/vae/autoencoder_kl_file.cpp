// SPDX-License-Identifier: Apache-2.0
#include "models/vae/autoencoder_kl_file.h"

#include "models/api/error.h"
#include "models/checkpoint/key_parts.h"

#include <algorithm>
#include <array>

namespace igneous {

namespace {

constexpr std::string_view prefix = "first_stage_model.";
constexpr int most_levels = 8;

/// What CompVis calls the parts of a block and of the whole, and what diffusers does.
constexpr std::pair<std::string_view, std::string_view> names[] = {
    { "mid.block_1.", "mid_block.resnets.0." },
    { "mid.block_2.", "mid_block.resnets.1." },
    { "mid.attn_1.norm.", "mid_block.attentions.0.group_norm." },
    { "mid.attn_1.q.", "mid_block.attentions.0.to_q." },
    { "mid.attn_1.k.", "mid_block.attentions.0.to_k." },
    { "mid.attn_1.v.", "mid_block.attentions.0.to_v." },
    { "mid.attn_1.proj_out.", "mid_block.attentions.0.to_out.0." },
    { "norm_out.", "conv_norm_out." },
};

/// diffusers' name of what lies below "encoder." or "decoder.". CompVis counts the decoder's levels from the outermost.
std::string diffusers_name(std::string_view name, int levels)
{
    for (auto const& [theirs, ours] : names)
        if (std::string_view rest = name; take(rest, theirs))
            return std::format("{}{}", ours, rest);
    std::string_view rest = name;
    bool const down = take(rest, "down."), up = !down && take(rest, "up.");
    int const level = down || up ? take_number(rest) : -1;
    if (level < 0)
        return std::string(name);
    std::string const block = down ? std::format("down_blocks.{}", level) : std::format("up_blocks.{}", levels - 1 - level);
    if (take(rest, "downsample."))
        return std::format("{}.downsamplers.0.{}", block, rest);
    if (take(rest, "upsample."))
        return std::format("{}.upsamplers.0.{}", block, rest);
    if (take(rest, "block."))
        if (int const resnet = take_number(rest); resnet >= 0) {
            bool const shortcut = take(rest, "nin_shortcut.");
            return std::format("{}.resnets.{}.{}{}", block, resnet, shortcut ? "conv_shortcut." : "", rest);
        }
    return std::string(name);
}

/// Attention is stored as 1x1 convolutions there; the numbers lie as a matrix has them.
Weight as_matrix(Weight const& weight)
{
    Shape const& shape = weight->shape;
    if (shape.rank() != 4 || shape[2] != 1 || shape[3] != 1)
        return weight;
    WeightSource matrix = *weight;
    matrix.shape = { shape[0], shape[1] };
    return std::make_shared<WeightSource const>(std::move(matrix));
}

bool is_compvis(TensorIndex const& index) { return index.has("decoder.mid.block_1.conv1.weight"); }

int levels_of(TensorIndex const& index)
{
    int levels = 0;
    while (levels < most_levels && index.has(std::format("encoder.down.{}.block.0.conv1.weight", levels)))
        ++levels;
    return levels;
}

/// With diffusers' names, without what only training needs.
TensorIndex renamed(TensorIndex const& index)
{
    bool const compvis = is_compvis(index);
    int const levels = levels_of(index);
    TensorIndex out("vae");
    for (auto const& [key, entry] : index.entries()) {
        std::string_view rest = key;
        bool const encoder = take(rest, "encoder."), decoder = !encoder && take(rest, "decoder.");
        bool const quantiser = !encoder && !decoder && (rest.starts_with("quant_conv.") || rest.starts_with("post_quant_conv."));
        if (!encoder && !decoder && !quantiser)
            continue;                      // loss.*, model_ema.*
        std::string name = key;
        if (compvis && !quantiser)
            name = (encoder ? "encoder." : "decoder.") + diffusers_name(rest, levels);
        bool const attention = name.contains(".attentions.");
        out.add(std::move(name), attention ? as_matrix(entry.weight) : entry.weight);
    }
    return out;
}

AutoencoderKLConfig config_from(TensorIndex const& index, std::filesystem::path const& file, AutoencoderKLConfig const& like)
{
    auto const extent = [&](std::string const& name, std::size_t axis) {
        auto const at = index.entries().find(name);
        if (at == index.entries().end() || at->second.weight->shape.rank() != 4)
            fail(ErrorCode::unsupported_model,
                "vae: {} is no KL autoencoder: it has no convolution {}; give a VAE of Stable Diffusion", file.string(), name);
        return static_cast<int>(at->second.weight->shape[axis]);
    };
    auto const resnet = [](int level, int i) { return std::format("encoder.down_blocks.{}.resnets.{}.conv1.weight", level, i); };
    AutoencoderKLConfig config = like;
    config.in_channels = extent("encoder.conv_in.weight", 1);
    config.out_channels = extent("decoder.conv_out.weight", 0);
    config.latent_channels = extent("decoder.conv_in.weight", 1);
    config.channels.clear();
    for (int level = 0; level < most_levels && index.has(resnet(level, 0)); ++level)
        config.channels.push_back(extent(resnet(level, 0), 0));
    config.layers_per_block = 0;
    while (index.has(resnet(0, config.layers_per_block)))
        ++config.layers_per_block;
    config.quant_conv = index.has("quant_conv.weight");
    config.post_quant_conv = index.has("post_quant_conv.weight");
    config.mid_block_attention = index.has("decoder.mid_block.attentions.0.group_norm.weight");
    if (config.channels.empty() || std::ranges::any_of(config.channels, [&](int n) { return n <= 0 || n % config.norm_groups != 0; }))
        fail(ErrorCode::unsupported_model, "vae: {} is no KL autoencoder with norms of {} groups, as the model's own has",
            file.string(), config.norm_groups);
    return config;
}

}

AutoencoderKL load_autoencoder_kl_file(std::filesystem::path const& file, AutoencoderKLConfig const& like)
{
    constexpr std::array pickles { ".pt", ".pth", ".ckpt", ".bin" };
    if (std::ranges::any_of(pickles, [&](char const* ending) { return file.extension() == ending; }))
        fail(ErrorCode::unsupported_model, "vae: {} is a pickle, which is not read yet; take the VAE's safetensors file", file.string());
    SafetensorsFile const opened = SafetensorsFile::open(file);
    bool const prefixed = std::ranges::any_of(opened.entries(), [](auto const& entry) { return entry.name.starts_with(prefix); });
    TensorIndex whole("vae"), plain("vae");
    whole.add(opened);
    for (auto const& [key, entry] : whole.entries()) {
        std::string_view name = key;
        if (!entry.unsupported.empty())
            fail(ErrorCode::unsupported_model, "vae: {} stores {} as {}, which the engine does not compute with", file.string(), key,
                entry.unsupported);
        if (take(name, prefix) == prefixed)
            plain.add(std::string(name), entry.weight);
    }
    TensorIndex index = renamed(plain);
    AutoencoderKLConfig const config = config_from(index, file, like);
    return AutoencoderKL::load(std::move(index), config);
}

}
