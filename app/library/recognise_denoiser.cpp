// SPDX-License-Identifier: Apache-2.0
#include "app/library/recognise.h"

namespace igneous {

namespace {

/// What the first convolution sees (latents; with mask and picture; with a picture) and how wide the text is.
ModelBase base_of_unet(std::int64_t width, std::int64_t in, std::int64_t text)
{
    bool const inpaint = in == 9, edit = in == 8;
    switch (text) {
    case 768: return inpaint ? ModelBase::sd1_inpaint : edit ? ModelBase::sd1_edit : ModelBase::sd1;
    case 1024:
        return width == 256 ? ModelBase::sd_x4_upscaler
               : inpaint    ? ModelBase::sd2_inpaint
               : in == 5    ? ModelBase::sd2_depth
                            : ModelBase::sd2;
    case 2048: return inpaint ? ModelBase::sdxl_inpaint : edit ? ModelBase::sdxl_edit : ModelBase::sdxl;
    case 1280: return ModelBase::sdxl_refiner;
    default: return ModelBase::unknown;
    }
}

ModelBase base_of_original_unet(Names const& names)
{
    if (names.begins("input_blocks.1.0.time_stack.") || names.begins("input_blocks.1.1.time_stack."))
        return ModelBase::svd;
    if (names.extent("label_emb.0.0.weight", 1) == 5632)
        return ModelBase::kolors;
    return base_of_unet(names.extent("input_blocks.0.0.weight", 0), names.extent("input_blocks.0.0.weight", 1),
        names.extent_like("input_blocks.", ".attn2.to_k.weight", 1));
}

ModelBase base_of_diffusers_unet(Names const& names)
{
    if (names.has("encoder_hid_proj.weight") && names.extent("add_embedding.linear_1.weight", 1) == 5632)
        return ModelBase::kolors;
    if (names.begins("down_blocks.0.resnets.0.temporal_res_block."))
        return ModelBase::svd;
    return base_of_unet(names.extent("conv_in.weight", 0), names.extent("conv_in.weight", 1),
        names.extent_like("down_blocks.", ".attn2.to_k.weight", 1));
}

ModelBase base_of_flux(Names const& names, std::string_view input, std::string_view guidance)
{
    if (names.begins("distilled_guidance_layer."))
        return ModelBase::chroma;
    if (names.begins("double_stream_modulation_img."))
        return ModelBase::flux2;
    switch (names.extent(input, 1)) {
    case 384: return ModelBase::flux1_fill;
    case 128: return ModelBase::flux1_control;
    default: return names.begins(guidance) ? ModelBase::flux1_dev : ModelBase::flux1_schnell;
    }
}

ModelBase base_of_sd3(std::int64_t width, bool second_attention)
{
    return width == 2432 ? ModelBase::sd35_large : second_attention ? ModelBase::sd35_medium : ModelBase::sd3;
}

}

ModelBase base_of_denoiser(Names const& names)
{
    if (names.rank("input_blocks.0.0.weight") == 4)
        return base_of_original_unet(names);
    if (names.rank("conv_in.weight") == 4 && names.begins("down_blocks."))
        return base_of_diffusers_unet(names);

    if (names.begins("context_embedder.token_refiner.") || names.begins("txt_in.individual_token_refiner."))
        return ModelBase::hunyuan_video;
    if (names.begins("double_blocks.0.img_attn."))
        return base_of_flux(names, "img_in.weight", "guidance_in.");
    if (names.begins("single_transformer_blocks.0.") && names.has("x_embedder.weight"))
        return base_of_flux(names, "x_embedder.weight", "time_text_embed.guidance_embedder.");
    if (names.has("register_tokens")
        && (names.begins("double_layers.0.") || names.begins("joint_transformer_blocks.0.")))
        return ModelBase::auraflow;

    if (names.begins("joint_blocks.0.x_block."))
        return base_of_sd3(names.extent("x_embedder.proj.weight", 0), names.begins("joint_blocks.0.x_block.attn2."));
    if (names.begins("transformer_blocks.0.attn.add_k_proj.") && names.has("pos_embed.proj.weight"))
        return base_of_sd3(names.extent("pos_embed.proj.weight", 0), names.begins("transformer_blocks.0.attn2."));

    if (names.has("clip_txt_pooled_mapper.weight") && names.begins("down_blocks."))
        return ModelBase::cascade;
    if (names.begins("time_extra_emb.pooler.")
        || (names.begins("extra_embedder.") && names.begins("text_embedding_padding")))
        return ModelBase::hunyuan_dit;
    if (names.has("txt_norm.weight") && names.begins("transformer_blocks.0.img_mod."))
        return ModelBase::qwen_image;
    if (names.begins("cap_embedder.") && names.begins("context_refiner.0."))
        return names.begins("cap_pad_token") ? ModelBase::z_image : ModelBase::lumina2;
    if (names.has("pos_frequencies") && names.begins("transformer_blocks.0."))
        return ModelBase::mochi;
    if (names.has("patch_embed.text_proj.weight"))
        return ModelBase::cogvideox;
    if (names.rank("patch_embedding.weight") == 5 && names.begins("blocks.0."))
        return ModelBase::wan;
    if (names.has("caption_norm.weight") || names.has("attention_y_norm.weight"))
        return ModelBase::sana;
    if (names.begins("adaln_single.") && names.extent("pos_embed.proj.weight", 0) == 1152)
        return ModelBase::pixart;
    if (names.begins("t_block.1.") && names.begins("y_embedder.y_proj."))
        return ModelBase::pixart;
    if (names.begins("caption_projection.")
        && (names.rank("proj_in.weight") == 2 || names.rank("patchify_proj.weight") == 2))
        return ModelBase::ltx_video;
    return ModelBase::unknown;
}

}
