// SPDX-License-Identifier: Apache-2.0
#pragma once

// A whole tiny Stable Diffusion folder on disk: the first golden case of each part, with weights by formula.

#include "models/checkpoint/safetensors.h"
#include "tests/models/checkpoint/temporary_folder.h"

#include <filesystem>
#include <map>
#include <string>

namespace igneous::golden {

struct TinyModel {
    test::TemporaryFolder folder;
    std::map<std::string, std::string> files;   // name -> JSON
    NamedTensors text, unet, vae;

    /// Writes everything. The UNet takes the text encoder's 32 channels, not the 24 of its golden case.
    TinyModel();
    std::filesystem::path path() const { return folder.path(); }
    std::filesystem::path unet_file() const { return path() / "unet/diffusion_pytorch_model.safetensors"; }
};

}
