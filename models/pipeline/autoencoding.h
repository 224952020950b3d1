// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pictures to the denoiser's latents and back, one at a time: whole, or in tiles of the size that the part was planned for.
// Scale and shift are applied here, once.

#include "models/families/stable_diffusion/config.h"
#include "models/pipeline/part_runner.h"

#include <stop_token>

namespace igneous {

/// [1, H, W, 3] in [-1, 1] -> the denoiser's latents [1, h, w, C] f32. Takes the distribution's mean: the same picture
/// always gives the same latents.
HostTensor encode_picture(PartRunner& encoder, StableDiffusionConfig const& config, HostTensor const& picture, std::stop_token stop);

/// The denoiser's latents [1, h, w, C] -> [1, H, W, 3], about [-1, 1].
HostTensor decode_latents(PartRunner& decoder, StableDiffusionConfig const& config, HostTensor const& latents, std::stop_token stop);

/// Picture `index` of [N, h, w, C], and `batch` copies of [1, h, w, C].
HostTensor one_of(HostTensor const& batch, int index);
HostTensor repeated(HostTensor const& one, int batch);

}
