// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whole models for `igneous bench`: the starter model as it is, and Stable Diffusion 1.5 and SDXL's UNet in their sizes
// with random weights, of which no file is needed.

#include "compute/bench/case.h"

#include <filesystem>
#include <vector>

namespace igneous {

/// Parts of models: "e2e.text_encoder", "e2e.step" (one step of the UNet with its guidance), "e2e.vae_decode".
/// `starter` is the starter model's folder; empty: without it.
std::vector<BenchCase> model_cases(std::filesystem::path const& starter);

/// "e2e.load": a model's weights from its files, or from memory, to the device. "e2e.first_picture.cold" and ".warm": a
/// fresh engine's first picture, without and with the pipelines that an earlier one left on the disk.
/// `device` is the command's choice.
std::vector<BenchTask> model_tasks(std::filesystem::path const& starter, std::string const& device);

}
