// SPDX-License-Identifier: Apache-2.0
#pragma once

// The tiny Stable Diffusion of tests/golden/pipelines as a folder on disk, and its golden cases.

#include "models/api/generator.h"
#include "models/checkpoint/safetensors.h"
#include "tests/models/checkpoint/temporary_folder.h"

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace igneous::golden {

/// model.json and cases.json of tests/golden/pipelines.
nlohmann::json const& pipeline_model();
nlohmann::json const& pipeline_cases();
NamedTensors const& pipeline_outputs();

/// Changes a part's tensors before they are written: part ("text_encoder", "unet", "vae"), tensors.
using Spoil = std::function<void(std::string const& part, NamedTensors& tensors)>;

/// A diffusers folder with weights by formula.
class PipelineFolder {
public:
    /// `scheduler` and `settings` go into scheduler_config.json; `channels` are the UNet's inputs.
    PipelineFolder(std::string const& scheduler, nlohmann::json const& settings, int channels = 4, Spoil const& spoil = {});
    std::string path() const { return m_folder.path().string(); }
    /// Standard "noise" of the cases: "latents" and "noise.0".. [batch, 4, h, w], as a file for GenerationExtras::latents_in.
    std::string noise_file(int batch, int draws) const;
    std::string file(std::string const& name) const { return (m_folder.path() / name).string(); }

private:
    test::TemporaryFolder m_folder;
};

/// The picture and the mask that the cases begin with.
Image golden_picture();
Image golden_mask();

}
