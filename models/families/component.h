// SPDX-License-Identifier: Apache-2.0
#pragma once

// One component on given tensors, with the names and layouts of the diffusers/transformers forward call: `igneous eval`
// and the golden tests. Pictures and latents are NCHW f32 here, outside; channels-last inside.

#include "compute/device/device.h"
#include "models/api/request.h"
#include "models/checkpoint/safetensors.h"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

struct AutoencoderKL;
struct AutoencoderTiny;
struct ClipTextModel;
struct UNet2DCondition;

/// "text_encoder", "unet", "vae.encode", "vae.decode".
std::vector<std::string> const& component_names();

/// Loads only what `component` needs from the model folder and runs it once. `tier` is f32 or f16.
///   text_encoder: input_ids [N, L] (i64 or i32) -> last_hidden_state, hidden_states.<i>, pooler_output (text_embeds)
///   unet: sample [N, C, H, W], timestep [N] or one for all, encoder_hidden_states [N, L, D] -> sample
///   vae.encode: sample [N, C, H, W] -> mean, logvar (an AutoencoderTiny has only mean)
///   vae.decode: latent [N, C, h, w], as the decoder takes it (unscaled) -> sample
/// Throws invalid_argument for another component, and for inputs that are missing, left over or of the wrong shape.
/// `loras` change the text encoder and the UNet; of each the other part's keys are passed over.
NamedTensors evaluate_component(std::shared_ptr<Device> device, std::filesystem::path const& model,
    std::string_view component, NamedTensors const& inputs, DType tier, std::span<LoraUse const> loras = {});

/// The same on parts that are loaded already.
NamedTensors evaluate_text_encoder(std::shared_ptr<Device> device, ClipTextModel const& text, NamedTensors const& inputs,
    DType tier, std::span<LoraUse const> loras = {});
NamedTensors evaluate_unet(std::shared_ptr<Device> device, UNet2DCondition const& unet, NamedTensors const& inputs,
    DType tier, std::span<LoraUse const> loras = {});
NamedTensors evaluate_vae_encode(
    std::shared_ptr<Device> device, AutoencoderKL const& vae, NamedTensors const& inputs, DType tier);
NamedTensors evaluate_vae_encode(
    std::shared_ptr<Device> device, AutoencoderTiny const& vae, NamedTensors const& inputs, DType tier);
NamedTensors evaluate_vae_decode(
    std::shared_ptr<Device> device, AutoencoderKL const& vae, NamedTensors const& inputs, DType tier);
NamedTensors evaluate_vae_decode(
    std::shared_ptr<Device> device, AutoencoderTiny const& vae, NamedTensors const& inputs, DType tier);

}
