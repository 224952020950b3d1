// SPDX-License-Identifier: Apache-2.0
#pragma once

// The names of tensors in LoRA files, as kohya's scripts, PEFT and older diffusers write them, brought to one spelling:
//
//     lora_unet_down_blocks_0_attentions_0_..._to_q.lora_down.weight           kohya
//     unet.down_blocks.0.attentions.0....to_q.lora_A.weight                    PEFT
//     unet.down_blocks.0.attentions.0....processor.to_q_lora.down.weight       diffusers
//
// are all the `down` of module "unet_down_blocks_0_attentions_0_..._to_q".

#include <optional>
#include <string>
#include <string_view>

namespace igneous {

enum class LoraNaming { kohya, peft, diffusers };
enum class LoraRole { up, down, alpha, other }; // other: a tensor of a kind of adapter that is not run yet

struct LoraKey {
    LoraNaming naming = LoraNaming::kohya;
    LoraRole role = LoraRole::other;
    std::string part; // "unet", "text_encoder", "text_encoder_2", "transformer"
    std::string module; // part and path, joined by underscores
    std::string stem; // of the key: what its siblings share
    std::string kind; // of LoraRole::other: "LoHa", "LoKr", "DoRA"...
};

/// Nothing for a name that belongs to no adapter.
std::optional<LoraKey> read_lora_key(std::string_view key);

/// The module's spelling of a weight of the model: "unet.conv_in.weight" -> "unet_conv_in".
std::string lora_module(std::string_view weight_name);

}
