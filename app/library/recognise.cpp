// SPDX-License-Identifier: Apache-2.0
#include "app/library/recognise.h"

#include "models/api/error.h"

#include <algorithm>

namespace igneous {

std::int64_t Names::extent(std::string_view name, std::size_t axis) const
{
    HeaderTensor const* tensor = m_header.find(m_prefix + std::string(name));
    return tensor && axis < tensor->shape.size() ? tensor->shape[axis] : 0;
}

std::size_t Names::rank(std::string_view name) const
{
    HeaderTensor const* tensor = m_header.find(m_prefix + std::string(name));
    return tensor ? tensor->shape.size() : 0;
}

std::int64_t Names::extent_like(std::string_view begin, std::string_view end, std::size_t axis) const
{
    std::string const prefix = m_prefix + std::string(begin);
    for (HeaderTensor const* at = m_header.first_with(prefix); at; ++at) {
        if (at == m_header.tensors.data() + m_header.tensors.size() || !at->name.starts_with(prefix))
            break;
        if (at->name.ends_with(end) && axis < at->shape.size())
            return at->shape[axis];
    }
    return 0;
}

namespace {

constexpr std::string_view checkpoint_vaes[] = { "first_stage_model.", "vae." };
constexpr std::string_view checkpoint_encoders[] = { "cond_stage_model.", "conditioner.embedders.", "text_encoders." };

bool begins_with_any(ModelHeader const& header, std::span<std::string_view const> prefixes)
{
    return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return header.first_with(prefix); });
}

bool is_controlnet(ModelHeader const& header)
{
    constexpr std::string_view begins[] = { "control_model.", "controlnet_cond_embedding.", "controlnet_down_blocks.",
        "controlnet_blocks.", "controlnet_x_embedder.", "controlnet_single_blocks.", "lora_controlnet",
        "input_hint_block.", "zero_convs.", "control_net." };
    return begins_with_any(header, begins);
}

/// A ControlNet repeats the denoiser's first half, under one of these prefixes.
ModelBase base_of_controlnet(ModelHeader const& header)
{
    for (char const* prefix : { "", "control_model.", "control_net." }) {
        Names const names(header, prefix);
        if (ModelBase const base = base_of_denoiser(names); base != ModelBase::unknown)
            return base == ModelBase::flux1_schnell || base == ModelBase::flux1_dev ? ModelBase::flux1 : base;
        if (names.begins("controlnet_x_embedder.") || names.begins("controlnet_single_blocks."))
            return ModelBase::flux1;
    }
    return ModelBase::unknown;
}

bool recognise_image_adapters(ModelHeader const& header, ModelFacts& facts)
{
    Names const all(header, "");
    if (all.begins("image_proj.") && (all.begins("ip_adapter.") || all.begins("double_blocks."))) {
        facts.type = ModelType::ip_adapter;
        switch (all.extent_like("ip_adapter.", "to_k_ip.weight", 1)) {
        case 768: facts.base = ModelBase::sd1; break;
        case 1024: facts.base = ModelBase::sd2; break;
        case 2048: facts.base = ModelBase::sdxl; break;
        default: facts.base = all.begins("double_blocks.") ? ModelBase::flux1 : ModelBase::unknown;
        }
        return true;
    }
    bool const diffusers = all.begins("adapter.body.");
    if (diffusers || (all.has("body.0.block1.weight") && all.has("conv_in.weight"))) {
        facts.type = ModelType::t2i_adapter;
        // SDXL's sees the picture at a sixteenth and so begins with 3 * 16 * 16 channels; SD 1.x's at an eighth.
        std::int64_t const channels = all.extent(diffusers ? "adapter.conv_in.weight" : "conv_in.weight", 1);
        facts.base = channels == 768 || channels == 256  ? ModelBase::sdxl
                     : channels == 192 || channels == 64 ? ModelBase::sd1
                                                         : ModelBase::unknown;
        return true;
    }
    return false;
}

bool recognise_embedding(ModelHeader const& header, ModelFacts& facts)
{
    constexpr std::size_t most_tensors = 4;
    if (header.tensors.empty() || header.tensors.size() > most_tensors)
        return false;
    std::int64_t widest = 0, smallest = 1 << 20;
    for (HeaderTensor const& tensor : header.tensors) {
        if (tensor.shape.empty() || tensor.shape.size() > 2 || tensor.elements() > 4'000'000)
            return false;
        widest = std::max(widest, tensor.shape.back());
        smallest = std::min(smallest, tensor.shape.back());
    }
    Names const all(header, "");
    bool const pair = all.has("clip_l") || all.has("clip_g") || (smallest == 768 && widest == 1280);
    bool const named = all.has("emb_params") || all.begins("string_to_param.") || pair;
    if (!named && (header.tensors.size() > 1 || header.tensors[0].name.find(".weight") != std::string::npos))
        return false;
    if (all.has("t5xxl"))
        facts.base = ModelBase::sd3;
    else if (pair || widest == 1280)
        facts.base = ModelBase::sdxl;
    else if (widest == 768)
        facts.base = ModelBase::sd1;
    else if (widest == 1024)
        facts.base = ModelBase::sd2;
    else if (!named)
        return false;
    facts.type = ModelType::embedding;
    return true;
}

bool recognise_vae(ModelHeader const& header, ModelFacts& facts)
{
    for (std::string const prefix : { "", "first_stage_model.", "vae." }) {
        Names const names(header, prefix);
        std::int64_t const channels = names.extent("decoder.conv_in.weight", 1);
        if (names.has("vquantizer.embedding.weight") || names.has("vquantizer.codebook.weight")) {
            facts.base = ModelBase::cascade;
            facts.variant = "VQGAN (stage A)";
        } else if (names.rank("decoder.conv_in.weight") == 5 || names.rank("decoder.conv1.weight") == 5) {
            facts.base = ModelBase::several;
            facts.variant = "video, 16 channels (Wan, Qwen-Image)";
        } else if (names.begins("decoder.layers.") || names.has("taesd_decoder.1.weight")
                   || (names.has("1.weight") && names.has("3.conv.0.weight"))
                   || (names.has("0.weight") && names.has("1.conv.0.weight"))) {
            facts.base = ModelBase::several;
            facts.variant = "tiny autoencoder";
        } else if (channels > 0 && (names.begins("decoder.up.") || names.begins("decoder.up_blocks."))) {
            facts.base = channels == 32 ? ModelBase::flux2 : ModelBase::several;
            facts.variant = channels == 4    ? "4 channels (SD 1.x, SD 2.x, SDXL)"
                            : channels == 16 ? "16 channels (SD 3, Flux.1)"
                                             : std::to_string(channels) + " channels";
        } else if (names.begins("decoder.") && names.begins("encoder.conv")) {
            facts.base = ModelBase::unknown;
        } else {
            continue;
        }
        facts.type = ModelType::vae;
        return true;
    }
    return false;
}

bool recognise_upscaler(ModelHeader const& header, ModelFacts& facts)
{
    Names const all(header, "");
    if (all.begins("model.1.sub.0.RDB1") || all.begins("RRDB_trunk.") || all.begins("body.0.rdb1."))
        facts.variant = "ESRGAN";
    else if (all.has("conv_first.weight") && all.begins("layers.0.residual_group."))
        facts.variant
            = all.begins("layers.0.residual_group.blocks.0.attn.relative_position_bias_table") ? "SwinIR" : "HAT";
    else if (all.has("conv_first.weight") && all.begins("layers.0.blocks."))
        facts.variant = "DAT";
    else if (all.rank("body.0.weight") == 4 && all.rank("body.1.weight") == 1 && all.rank("body.2.weight") == 4)
        facts.variant = "compact";
    else
        return false;
    facts.type = ModelType::upscaler;
    return true;
}

bool recognise_text_encoder(ModelHeader const& header, ModelFacts& facts)
{
    Names const all(header, "");
    auto const clip = [](std::int64_t width) -> std::string {
        return width == 768 ? "CLIP-L" : width == 1024 ? "OpenCLIP-H" : width == 1280 ? "OpenCLIP-bigG" : "CLIP";
    };
    bool const vision = all.begins("vision_model.") || all.begins("visual.transformer.");
    std::int64_t const clip_width = all.extent("text_model.embeddings.token_embedding.weight", 1);
    std::int64_t const open_clip_width = all.extent("token_embedding.weight", 1);
    facts.base = ModelBase::several;
    if (clip_width && !vision) {
        facts.variant = clip(clip_width);
    } else if (open_clip_width && all.begins("transformer.resblocks.")) {
        facts.variant = clip(open_clip_width);
    } else if (all.has("encoder.block.0.layer.0.SelfAttention.q.weight") || all.has("enc.blk.0.attn_q.weight")) {
        std::string_view const table = all.begins("enc.blk.") ? "token_embd.weight" : "shared.weight";
        std::int64_t const words = all.extent(table, 0), width = all.extent(table, 1);
        bool const many_languages = words > 200'000;
        facts.variant = width == 4096   ? (many_languages ? "UMT5-XXL" : "T5-XXL")
                        : width == 2048 ? (many_languages ? "mT5-XL" : "T5-XL")
                                        : "T5";
    } else if (all.begins("embeddings.word_embeddings.")) {
        facts.variant = "BERT";
    } else if (all.begins("transformer.encoder.layers.") && all.begins("transformer.embedding.word_embeddings.")) {
        facts.variant = "ChatGLM";
    } else if (all.begins("model.layers.0.self_attn.") || all.begins("model.language_model.layers.0.")
               || all.begins("blk.0.attn_")) {
        facts.variant = "language model";
    } else if (vision || all.begins("vision_tower.") || all.has("visual_projection.weight")) {
        facts.type = ModelType::image_encoder;
        facts.variant = "CLIP vision";
        return true;
    } else {
        facts.base = ModelBase::unknown;
        return false;
    }
    facts.type = ModelType::text_encoder;
    return true;
}

bool recognise_hypernetwork(ModelHeader const& header, ModelFacts& facts)
{
    for (char const* width : { "320.", "640.", "768.", "1024.", "1280." }) {
        HeaderTensor const* tensor = header.first_with(width);
        if (tensor && tensor->name.find(".linear") != std::string::npos) {
            facts.type = ModelType::hypernetwork;
            facts.base = header.first_with("1024.") ? ModelBase::sd2 : ModelBase::sd1;
            return true;
        }
    }
    return false;
}

bool recognise_denoiser(ModelHeader const& header, ModelFacts& facts)
{
    constexpr std::string_view prefixes[]
        = { "model.diffusion_model.", "", "diffusion_model.", "model.", "unet.", "transformer." };
    for (std::string_view prefix : prefixes) {
        facts.base = base_of_denoiser(Names(header, std::string(prefix)));
        if (facts.base != ModelBase::unknown)
            break;
    }
    if (facts.base == ModelBase::unknown)
        return false;
    bool const vae = begins_with_any(header, checkpoint_vaes), encoder = begins_with_any(header, checkpoint_encoders);
    facts.type = vae || encoder ? ModelType::checkpoint : ModelType::diffusion_model;
    if (facts.type == ModelType::checkpoint && !vae)
        facts.missing_parts.push_back("VAE");
    if (facts.type == ModelType::checkpoint && !encoder)
        facts.missing_parts.push_back("text encoder");
    if (facts.base == ModelBase::sdxl && header.find("edm_mean"))
        facts.base = ModelBase::playground25;
    if (header.find("v_pred"))
        facts.prediction = "v";
    return true;
}

std::string precision_of(ModelHeader const& header)
{
    std::map<std::string_view, std::int64_t> elements;
    std::int64_t all = 0;
    for (HeaderTensor const& tensor : header.tensors) {
        elements[tensor.type] += tensor.elements();
        all += tensor.elements();
        if (tensor.name.find(".quant_state.bitsandbytes__") != std::string::npos)
            return tensor.name.ends_with("nf4") ? "NF4" : "FP4";
    }
    std::vector<std::pair<std::int64_t, std::string_view>> rows;
    for (auto const& [type, count] : elements) {
        if (count * 10 >= all && count > 0) // norms and biases in F32 make no mixture
            rows.emplace_back(count, type);
    }
    std::ranges::sort(rows, std::greater());
    std::string text;
    for (auto const& [count, type] : rows)
        text += (text.empty() ? "" : " + ") + std::string(type);
    return text;
}

}

ModelFacts recognise(ModelHeader const& header)
{
    ModelFacts facts;
    facts.format = name_of(header.format);
    facts.tensors = static_cast<std::int64_t>(header.tensors.size());
    for (HeaderTensor const& tensor : header.tensors)
        facts.parameters += tensor.elements();
    facts.precision = precision_of(header);
    facts.warnings = header.warnings;
    if (is_controlnet(header)) {
        facts.type = ModelType::controlnet;
        facts.base = base_of_controlnet(header);
        if (header.first_with("lora_controlnet"))
            facts.variant = "Control-LoRA";
    } else {
        // The order matters: an adapter's names hold the denoiser's, a checkpoint holds a VAE.
        recognise_adapter(header, facts) || recognise_image_adapters(header, facts) || recognise_denoiser(header, facts)
            || recognise_upscaler(header, facts) || recognise_text_encoder(header, facts)
            || recognise_vae(header, facts) || recognise_hypernetwork(header, facts)
            || recognise_embedding(header, facts);
    }
    read_metadata(header, facts);
    return facts;
}

std::optional<ModelFacts> recognise_file(std::filesystem::path const& file)
{
    try {
        return recognise(read_model_header(file));
    } catch (Error const& error) {
        // Programs keep other things in .bin and .pt; a .safetensors or .gguf can only be meant as a model.
        std::filesystem::path const extension = file.extension();
        if (error.code() == ErrorCode::unsupported_model && extension != ".safetensors" && extension != ".gguf")
            return std::nullopt;
        ModelFacts facts;
        facts.damage = error.what();
        return facts;
    }
}

}
