// SPDX-License-Identifier: Apache-2.0
#include "models/denoisers/unet_2d_condition.h"

#include <algorithm>

namespace igneous {

namespace {

/// Options of the class that no Stable Diffusion 1.x or 2.x folder uses: only their neutral value is accepted.
void refuse_other_options(Config const& c)
{
    c.only("_class_name", { "\"UNet2DConditionModel\"" });
    c.only("act_fn", { "\"silu\"", "\"swish\"" });
    c.only("dual_cross_attention", { "false" });
    c.only("resnet_time_scale_shift", { "\"default\"" });
    c.only("resnet_skip_time_act", { "false" });
    c.only("resnet_out_scale_factor", { "1" });
    c.only("time_embedding_type", { "\"positional\"" });
    c.only("attention_type", { "\"default\"" });
    c.only("class_embeddings_concat", { "false" });
    for (std::string_view key :
        { "num_attention_heads", "class_embed_type", "num_class_embeds", "addition_embed_type", "encoder_hid_dim",
            "encoder_hid_dim_type", "time_embedding_act_fn", "timestep_post_act", "time_cond_proj_dim",
            "projection_class_embeddings_input_dim", "cross_attention_norm", "reverse_transformer_layers_per_block" })
        c.only(key, {});
}

/// Whether each block attends to the text, from its type's name.
std::vector<bool> attends(Config const& c, std::string_view key, std::string const& with, std::string const& without,
    std::vector<std::string> const& fallback)
{
    std::vector<bool> out;
    for (std::string const& type : c.texts(key, fallback)) {
        if (type != with && type != without)
            c.refuse(key, with + " and " + without);
        out.push_back(type == with);
    }
    return out;
}

}

UNet2DConditionConfig UNet2DConditionConfig::from(Config const& c)
{
    refuse_other_options(c);
    std::string const mid = c.text("mid_block_type", "UNetMidBlock2DCrossAttn");
    if (mid != "UNetMidBlock2DCrossAttn")
        c.refuse("mid_block_type", "UNetMidBlock2DCrossAttn");

    std::vector<int> const channels =
        c.integers("block_out_channels", std::vector { 320, 640, 1280, 1280 }, 1, 1 << 16);
    std::size_t const count = channels.size();
    std::string const down = "CrossAttnDownBlock2D", up = "CrossAttnUpBlock2D";
    std::vector<bool> const down_attends =
        attends(c, "down_block_types", down, "DownBlock2D", { down, down, down, "DownBlock2D" });
    std::vector<bool> const up_attends = attends(c, "up_block_types", up, "UpBlock2D", { "UpBlock2D", up, up, up });
    if (down_attends.size() != count)
        c.refuse("down_block_types", std::format("as many as block_out_channels, {}", count));
    if (up_attends.size() != count)
        c.refuse("up_block_types", std::format("as many as block_out_channels, {}", count));

    // diffusers calls the number of heads attention_head_dim; published configs rely on it.
    std::vector<int> const heads = c.per_block("attention_head_dim", count, 8);
    std::vector<int> const resnets = c.per_block("layers_per_block", count, 2);
    std::vector<int> const context = c.per_block("cross_attention_dim", count, 1280);
    std::vector<int> const transformers = c.per_block("transformer_layers_per_block", count, 1);
    std::vector<bool> const only_cross = c.flag_per_block("only_cross_attention", count, false);
    bool const linear = c.flag("use_linear_projection", false);

    UNet2DConditionConfig config {
        .levels = {},
        .in_channels = c.integer("in_channels", 4, 1, 1024),
        .out_channels = c.integer("out_channels", 4, 1, 1024),
        .sample_size = c.per_block("sample_size", 2, 64).front(),
        .conv_in_kernel = c.integer("conv_in_kernel", 3, 1, 15),
        .conv_out_kernel = c.integer("conv_out_kernel", 3, 1, 15),
        .center_input_sample = c.flag("center_input_sample", false),
        .flip_sin_to_cos = c.flag("flip_sin_to_cos", true),
        .freq_shift = static_cast<float>(c.number("freq_shift", 0)),
        .time_channels = c.integer("time_embedding_dim", 4 * channels[0], 1, 1 << 18),
        .downsample_padding = c.integer("downsample_padding", 1, 0, 1),
        .mid_block_scale = static_cast<float>(c.number("mid_block_scale_factor", 1)),
        .norm_groups = c.integer("norm_num_groups", 32, 1, 1 << 16),
        .norm_eps = static_cast<float>(c.number("norm_eps", 1e-5)),
    };
    if (config.mid_block_scale == 0)
        c.refuse("mid_block_scale_factor", "other than 0");
    for (std::size_t i = 0; i < count; ++i) {
        if (channels[i] % config.norm_groups != 0)
            c.refuse("block_out_channels", std::format("multiples of norm_num_groups, {}", config.norm_groups));
        if (channels[i] % heads[i] != 0)
            c.refuse("attention_head_dim", std::format("a divisor of block_out_channels' {}", channels[i]));
        if (context[i] != context[0])
            c.refuse("cross_attention_dim", "one number, or a list of equal ones");
        if (resnets[i] > 64 || transformers[i] > 64)
            c.refuse(resnets[i] > 64 ? "layers_per_block" : "transformer_layers_per_block", "at most 64");
        config.levels.push_back({
            .channels = channels[i],
            .resnets = resnets[i],
            .down_attention = down_attends[i],
            .up_attention = up_attends[count - 1 - i],
            .transformer = { .heads = heads[i], .context_channels = context[i], .layers = transformers[i],
                .norm_groups = config.norm_groups, .linear_projection = linear, .only_cross_attention = only_cross[i] },
        });
    }
    return config;
}

}
