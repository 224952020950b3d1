// SPDX-License-Identifier: Apache-2.0
#include "tests/gui/starter_loras.h"

#include "tests/app/library/model_files.h"

namespace igneous::test {

namespace {

std::string const layer = "lora_unet_down_blocks_0_resnets_0_conv1";

/// A layer of the starter model.
std::vector<TensorRow> fitting()
{
    return { { layer + ".alpha", "F16", {} }, { layer + ".lora_down.weight", "F16", { 2, 64, 3, 3 } },
        { layer + ".lora_up.weight", "F16", { 64, 2, 1, 1 } } };
}

}

void write_starter_loras(std::filesystem::path const& folder)
{
    std::filesystem::copy_file(
        IGNEOUS_SOURCE_DIR "/resources/starter-lora/neon.safetensors", folder / "neon_copy.safetensors");
    auto partly = fitting();
    partly.push_back({ "lora_unet_up_blocks_9_resnets_0_conv1.lora_down.weight", "F16", { 2, 64, 3, 3 } });
    partly.push_back({ "lora_unet_up_blocks_9_resnets_0_conv1.lora_up.weight", "F16", { 64, 2, 1, 1 } });
    partly.push_back({ "training_step", "F16", { 1 } });
    write_sparse_safetensors(folder / "partly.safetensors", partly);
    auto wrong = fitting();
    wrong[1].shape = { 2, 320, 3, 3 };
    write_sparse_safetensors(folder / "larger.safetensors", wrong);
    write_small_lora(folder / "for_sd1.safetensors", 1, {});
}

}
