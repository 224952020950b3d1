// SPDX-License-Identifier: Apache-2.0
#pragma once

// A KL autoencoder as people pass it around: one safetensors file without a config, with the names of diffusers or of
// CompVis ("decoder.up.3.block.0..."), perhaps below "first_stage_model.". What the config would say is in the shapes.

#include "models/vae/autoencoder_kl.h"

#include <filesystem>

namespace igneous {

/// `like`: the autoencoder that this one takes the place of; scaling, shift and the groups of the norms, which no shape
/// tells, are taken from it. Throws file_missing, file_damaged, or unsupported_model where it is no such autoencoder.
AutoencoderKL load_autoencoder_kl_file(std::filesystem::path const& file, AutoencoderKLConfig const& like);

}
