// SPDX-License-Identifier: Apache-2.0
#include "app/library/recognise.h"

#include <algorithm>
#include <charconv>

namespace igneous {

namespace {

/// How the low-rank parts are spelled, by where the name of the part begins.
struct Spelling {
    std::string_view part;
    std::string_view variant;
    int input_axis;                        // of this part, where the layer's input is; -1: it does not show it
};
constexpr Spelling spellings[] = {
    { ".lora_down.weight", "", 1 },
    { ".lora_A.weight", "", 1 },
    { ".lora_A.default.weight", "", 1 },
    { ".lora.down.weight", "", 1 },
    { "_lora.down.weight", "", 1 },
    { ".lora_linear_layer.down.weight", "", 1 },
    { ".hada_w1_b", "LoHa", 1 },
    { ".lokr_w2", "LoKr", -1 },
    { ".lokr_w2_b", "LoKr", -1 },
    { ".oft_blocks", "OFT", -1 },
    { ".oft_diag", "OFT", -1 },
    { ".oft_R", "OFT", -1 },
    { ".on_input", "(IA)^3", -1 },
    { ".a1.weight", "GLoRA", 1 },
    { ".diff", "full difference", -1 },
};

Spelling const* spelling_of(std::string_view name)
{
    auto const row = std::ranges::find_if(spellings, [&](Spelling const& s) { return name.ends_with(s.part); });
    return row == std::end(spellings) ? nullptr : row;
}

/// The number behind `word` in a name: block 12 of "lora_unet_double_blocks_12_img_attn_qkv". -1: there is none.
int number_behind(std::string_view name, std::string_view word)
{
    std::size_t const at = name.find(word);
    int number = -1;
    if (at != name.npos)
        std::from_chars(name.data() + at + word.size(), name.data() + name.size(), number);
    return number;
}

/// What the names of the adapted layers tell. Dots and underscores are the same here: trainers write either.
struct Layers {
    int double_blocks = -1, single_blocks = -1, most_inner = -1;
    bool flux_original = false, flux_diffusers = false, joint = false, qwen = false, wan = false, z_image = false,
         unet = false, sgm = false, top_attention = false, second_encoder = false, attn1 = false, cascade = false,
         auraflow = false;
    // Widths of the inputs of cross-attention, of the text encoder's layers, of any other layer.
    std::int64_t text = 0, encoder = 0, denoiser = 0;

    void add(std::string name, std::int64_t input)
    {
        std::ranges::replace(name, '.', '_');
        auto const has = [&](std::string_view part) { return name.find(part) != name.npos; };
        if (has("lora_te2_") || has("text_encoder_2_")) {
            second_encoder = true;
            return;
        }
        if (has("lora_te") || has("text_encoder") || has("text_model_encoder")) {
            if (input && (has("self_attn") || has("mlp_fc1")))
                encoder = input;
            return;
        }
        flux_original |= has("double_blocks_") || has("single_blocks_");
        flux_diffusers |= has("single_transformer_blocks_");
        joint |= has("joint_blocks_") || has("attn_add_k_proj") || has("attn_add_q_proj");
        qwen |= has("img_mlp_net") || has("txt_mlp_net") || (has("transformer_blocks_") && has("img_mod_1"));
        wan |= has("cross_attn_") && has("blocks_");
        z_image |= has("layers_")
                   && (has("_attention_to_q") || has("_attention_qkv") || has("_feed_forward_w")
                       || has("adaLN_modulation"));
        unet |= has("down_blocks_") || has("up_blocks_") || has("mid_block_") || has("input_blocks_")
                || has("output_blocks_") || has("middle_block_");
        sgm |= has("input_blocks_") || has("output_blocks_");
        top_attention |= has("down_blocks_0_attentions") || has("up_blocks_3_attentions") || has("input_blocks_1_1_")
                         || has("output_blocks_11_1_");
        attn1 |= has("_attn1_");
        cascade |= has("clip_txt_mapper") || has("_kv_mapper");
        auraflow |= has("joint_transformer_blocks_") || has("double_layers_");
        double_blocks = std::max(double_blocks, number_behind(name, "double_blocks_"));
        single_blocks = std::max(single_blocks, number_behind(name, "single_blocks_"));
        if (unet)
            most_inner = std::max(most_inner, number_behind(name, "_transformer_blocks_"));
        if (input && (has("attn2_to_k") || has("attn2_to_v")))
            text = input;
        else if (input
                 && (has("to_q") || has("qkv") || has("self_attn_q") || has("attn1") || has("img_attn")
                     || has("linear1")))
            denoiser = input;
    }

    ModelBase base() const
    {
        if (unet && !joint && !flux_diffusers) {
            switch (text) {
            case 768: return ModelBase::sd1;
            case 1024: return ModelBase::sd2;
            case 1280: return ModelBase::sdxl_refiner;
            case 2048: return ModelBase::sdxl;
            default: break;
            }
            if (cascade)
                return ModelBase::cascade;
            if (second_encoder || most_inner > 0)
                return ModelBase::sdxl;
            if (encoder)
                return encoder == 1024 ? ModelBase::sd2 : ModelBase::sd1;
            return sgm && !top_attention ? ModelBase::sdxl : ModelBase::unknown;
        }
        if (double_blocks > 18 || single_blocks > 37)
            return ModelBase::hunyuan_video;                   // 20 and 40 blocks; Flux.1 has 19 and 38
        if (auraflow)
            return ModelBase::auraflow;
        if (flux_original || flux_diffusers)
            return denoiser == 6144 ? ModelBase::flux2 : ModelBase::flux1;
        if (qwen)
            return ModelBase::qwen_image;
        if (joint)
            return denoiser == 2432 ? ModelBase::sd35_large : denoiser == 3072 ? ModelBase::qwen_image : ModelBase::sd3;
        if (wan)
            return ModelBase::wan;
        if (z_image)
            return denoiser == 2304 ? ModelBase::lumina2 : ModelBase::z_image;
        if (attn1) {
            switch (denoiser) {
            case 1152: return ModelBase::pixart;
            case 1408: return ModelBase::hunyuan_dit;
            case 2048: return ModelBase::ltx_video;
            case 2240: return ModelBase::sana;
            case 1536:
            case 5120: return ModelBase::wan;
            default: return ModelBase::unknown;
            }
        }
        if (second_encoder)
            return ModelBase::sdxl;
        return encoder == 1024 ? ModelBase::sd2 : encoder == 768 ? ModelBase::sd1 : ModelBase::unknown;
    }
};

}

bool recognise_adapter(ModelHeader const& header, ModelFacts& facts)
{
    Layers layers;
    std::map<std::string_view, int> variants;
    std::map<std::int64_t, int> ranks;
    bool dora = false;
    for (HeaderTensor const& tensor : header.tensors) {
        dora |= tensor.name.ends_with(".dora_scale") || tensor.name.find("lora_magnitude_vector") != std::string::npos;
        Spelling const* spelling = spelling_of(tensor.name);
        if (!spelling)
            continue;
        ++variants[spelling->variant];
        std::int64_t input = 0;
        if (spelling->input_axis >= 0 && tensor.shape.size() >= 2) {
            input = tensor.shape[static_cast<std::size_t>(spelling->input_axis)];
            ++ranks[tensor.shape[0]];
        } else if (spelling->variant == "LoKr" && tensor.shape.size() >= 2) {
            // A Kronecker product: the layer's input is the product of both factors'.
            std::string const layer = tensor.name.substr(0, tensor.name.size() - spelling->part.size());
            HeaderTensor const* left = header.find(layer + ".lokr_w1");
            if (!left)
                left = header.find(layer + ".lokr_w1_b");
            input = left && left->shape.size() >= 2 ? left->shape[1] * tensor.shape[1] : 0;
        }
        layers.add(tensor.name, input);
    }
    if (variants.empty())
        return false;
    facts.type = ModelType::lora;
    auto const common = [](auto const& counts) {
        return std::ranges::max_element(counts, {}, [](auto const& row) { return row.second; })->first;
    };
    facts.variant = std::string(common(variants));
    if (dora)
        facts.variant = facts.variant.empty() ? "DoRA" : "DoRA " + facts.variant;
    if (!ranks.empty())
        facts.rank = static_cast<int>(std::min<std::int64_t>(common(ranks), 1 << 20));
    facts.base = layers.base();
    return true;
}

}
