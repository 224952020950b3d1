// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where the denoise loop starts, and what holds it to the given picture on the way: pure noise (text to image), a noised
// picture (image to image), a noised picture whose unmasked part is kept (inpaint).

#include "models/pipeline/denoiser.h"
#include "models/pipeline/gpu_latents.h"
#include "models/pipeline/noise_schedule.h"

#include <optional>

namespace igneous {

/// What of an init picture the loop needs. Latents are the denoiser's.
struct StartPicture {
    HostTensor latents;                      // [1, h, w, C]
    std::optional<HostTensor> mask;          // [1, h, w, 1] in {0, 1}; 1 is painted
    std::optional<HostTensor> inpaint;       // [1, h, w, C + 1]: mask and masked picture's latents, for an inpainting UNet
};

/// x at the first sigma: picture + noise * sigma, or the scaled noise alone, or the picture where no step is to be done.
Latents start_latents(GpuLatentSpace& space, std::optional<Latents> const& picture, Latents const& noise, NoiseSchedule const& schedule);

/// A denoise function that holds the unmasked latents: before each step they are the picture's, noised to the step's sigma
/// with the noise the loop began with; in the estimate they are the picture's own (as ComfyUI's inpainting does).
Denoise keeping_unmasked(GpuLatentSpace& space, Denoise denoise, Latents picture, Latents noise, std::shared_ptr<DeviceTensor const> mask);

}
