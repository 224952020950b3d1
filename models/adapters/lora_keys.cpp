// SPDX-License-Identifier: Apache-2.0
#include "models/adapters/lora_keys.h"

#include <algorithm>

namespace igneous {

namespace {

struct Ending {
    std::string_view text;
    LoraRole role;
    LoraNaming naming;
    std::string_view kind;
};

constexpr auto kohya = LoraNaming::kohya, peft = LoraNaming::peft, diffusers = LoraNaming::diffusers;

constexpr Ending endings[] = {
    { ".lora_up.weight", LoraRole::up, kohya, "" },
    { ".lora_down.weight", LoraRole::down, kohya, "" },
    { ".alpha", LoraRole::alpha, kohya, "" },
    { ".lora_B.weight", LoraRole::up, peft, "" },
    { ".lora_A.weight", LoraRole::down, peft, "" },
    { "_lora.up.weight", LoraRole::up, diffusers, "" },
    { "_lora.down.weight", LoraRole::down, diffusers, "" },
    { ".lora.up.weight", LoraRole::up, diffusers, "" },
    { ".lora.down.weight", LoraRole::down, diffusers, "" },
    { ".lora_linear_layer.up.weight", LoraRole::up, diffusers, "" },
    { ".lora_linear_layer.down.weight", LoraRole::down, diffusers, "" },
    // What would change the picture if it were passed over.
    { ".lora_mid.weight", LoraRole::other, kohya, "LoCon in Tucker form" },
    { ".dora_scale", LoraRole::other, kohya, "DoRA" },
    { ".lora_magnitude_vector", LoraRole::other, peft, "DoRA" },
    { ".lora_magnitude_vector.weight", LoraRole::other, peft, "DoRA" },
    { ".lora_B.bias", LoraRole::other, peft, "LoRA with biases" },
    { ".hada_w1_a", LoraRole::other, kohya, "LoHa" },
    { ".hada_w1_b", LoraRole::other, kohya, "LoHa" },
    { ".hada_w2_a", LoraRole::other, kohya, "LoHa" },
    { ".hada_w2_b", LoraRole::other, kohya, "LoHa" },
    { ".hada_t1", LoraRole::other, kohya, "LoHa" },
    { ".hada_t2", LoraRole::other, kohya, "LoHa" },
    { ".lokr_w1", LoraRole::other, kohya, "LoKr" },
    { ".lokr_w1_a", LoraRole::other, kohya, "LoKr" },
    { ".lokr_w1_b", LoraRole::other, kohya, "LoKr" },
    { ".lokr_w2", LoraRole::other, kohya, "LoKr" },
    { ".lokr_w2_a", LoraRole::other, kohya, "LoKr" },
    { ".lokr_w2_b", LoraRole::other, kohya, "LoKr" },
    { ".lokr_t2", LoraRole::other, kohya, "LoKr" },
    { ".oft_blocks", LoraRole::other, kohya, "OFT" },
    { ".oft_diag", LoraRole::other, kohya, "OFT" },
    { ".a1.weight", LoraRole::other, kohya, "GLoRA" },
    { ".a2.weight", LoraRole::other, kohya, "GLoRA" },
    { ".b1.weight", LoraRole::other, kohya, "GLoRA" },
    { ".b2.weight", LoraRole::other, kohya, "GLoRA" },
    { ".diff", LoraRole::other, kohya, "LyCORIS full difference" },
    { ".diff_b", LoraRole::other, kohya, "LyCORIS full difference" },
    { ".w_norm", LoraRole::other, kohya, "LyCORIS with norms" },
    { ".b_norm", LoraRole::other, kohya, "LyCORIS with norms" },
};

/// PEFT may put the adapter's name into the key: ".lora_A.default.weight".
std::string without_adapter_name(std::string_view key)
{
    for (std::string_view word : { ".lora_A.", ".lora_B.", ".lora_magnitude_vector." }) {
        std::size_t const at = key.rfind(word);
        if (at == key.npos)
            continue;
        std::size_t const behind = at + word.size(), dot = key.find('.', behind);
        if (dot != key.npos && key.find('.', dot + 1) == key.npos)
            return std::string(key.substr(0, behind)) + std::string(key.substr(dot + 1));
    }
    return std::string(key);
}

struct Beginning {
    std::string_view text, part;
    bool is_path = false;      // the beginning is itself the path's
};

constexpr Beginning beginnings[] = {
    { "lora_unet_", "unet" },
    { "lora_te_", "text_encoder" },
    { "lora_te1_", "text_encoder" },
    { "lora_te2_", "text_encoder_2" },
    { "lora_transformer_", "transformer" },
    { "unet.", "unet" },
    { "text_encoder.", "text_encoder" },
    { "text_encoder_2.", "text_encoder_2" },
    { "transformer.", "transformer" },
    { "diffusion_model.", "unet" },
    { "text_model.", "text_encoder", true },
    { "encoder.layers.", "text_encoder", true },
    { "down_blocks.", "unet", true },
    { "mid_block.", "unet", true },
    { "up_blocks.", "unet", true },
    { "time_embedding.", "unet", true },
    { "conv_in", "unet", true },
    { "conv_out", "unet", true },
};

void replace_all(std::string& text, std::string_view from, std::string_view to)
{
    for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

/// A path within a part, in underscores, without what not everyone writes.
std::string spelled(std::string_view part, std::string path)
{
    std::ranges::replace(path, '.', '_');
    if (path.starts_with("text_model_"))
        path.erase(0, std::string_view("text_model_").size());
    return std::string(part) + "_" + path;
}

/// Attention processors of older diffusers call layers by their role: to_q, to_out.
void name_processor_layer(std::string_view part, std::string& path)
{
    replace_all(path, ".processor.", ".");
    struct Layer {
        std::string_view role, unet, text;
    };
    constexpr Layer layers[] = {
        { ".to_q", ".to_q", ".q_proj" },
        { ".to_k", ".to_k", ".k_proj" },
        { ".to_v", ".to_v", ".v_proj" },
        { ".to_out", ".to_out.0", ".out_proj" },
    };
    for (Layer const& layer : layers)
        if (path.ends_with(layer.role)) {
            path.resize(path.size() - layer.role.size());
            path += part == "unet" ? layer.unet : layer.text;
            return;
        }
}

}

std::optional<LoraKey> read_lora_key(std::string_view key)
{
    std::string const name = without_adapter_name(key);
    auto const ending
        = std::ranges::find_if(endings, [&](Ending const& e) { return std::string_view(name).ends_with(e.text); });
    if (ending == std::end(endings))
        return std::nullopt;
    LoraKey out { .naming = ending->naming, .role = ending->role, .kind = std::string(ending->kind) };
    out.stem = name.substr(0, name.size() - ending->text.size());
    std::string path = out.stem;
    for (std::string_view wrapper : { "unet.base_model.model.", "text_encoder.base_model.model.", "base_model.model." })
        if (path.starts_with(wrapper)) {
            constexpr std::string_view words = "base_model.model.";
            path.erase(wrapper.size() - words.size(), words.size());
        }
    auto const beginning
        = std::ranges::find_if(beginnings, [&](Beginning const& b) { return path.starts_with(b.text); });
    if (beginning == std::end(beginnings))
        return std::nullopt;
    out.part = beginning->part;
    if (!beginning->is_path)
        path.erase(0, beginning->text.size());
    if (ending->text.starts_with("_lora"))
        name_processor_layer(out.part, path);
    if (path.empty())
        return std::nullopt;
    out.module = spelled(out.part, std::move(path));
    return out;
}

std::string lora_module(std::string_view weight_name)
{
    constexpr std::string_view ending = ".weight";
    if (weight_name.ends_with(ending))
        weight_name.remove_suffix(ending.size());
    std::size_t const dot = weight_name.find('.');
    if (dot == weight_name.npos)
        return std::string(weight_name);
    return spelled(weight_name.substr(0, dot), std::string(weight_name.substr(dot + 1)));
}

}
