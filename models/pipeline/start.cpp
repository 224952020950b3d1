// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/start.h"

namespace igneous {

Latents start_latents(GpuLatentSpace& space, std::optional<Latents> const& picture, Latents const& noise, NoiseSchedule const& schedule)
{
    if (!picture)
        return space.combine({ { schedule.initial_scale, noise } });
    if (schedule.sigmas.empty())
        return *picture;
    return space.combine({ { 1.0, *picture }, { schedule.sigmas.front(), noise } });
}

Denoise keeping_unmasked(GpuLatentSpace& space, Denoise denoise, Latents picture, Latents noise, std::shared_ptr<DeviceTensor const> mask)
{
    return [&space, denoise = std::move(denoise), picture = std::move(picture), noise = std::move(noise), mask = std::move(mask)](
               Latents const& x, double sigma) {
        Latents const noised = space.combine({ { 1.0, picture }, { sigma, noise } });
        Latents const denoised = denoise(space.blend(x, noised, *mask), sigma);
        return space.blend(denoised, picture, *mask);
    };
}

}
