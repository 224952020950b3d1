// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace igneous {

/// The file whose SHA-256 names a model: itself, or of a diffusers folder the denoiser's weights. Empty where there is none,
/// or where they are split into several.
std::filesystem::path main_file_of(std::filesystem::path const& model);

}
