// SPDX-License-Identifier: Apache-2.0
#include "models/sampling/samplers/ancestral_step.h"
#include "models/sampling/samplers/samplers.h"

namespace igneous {

/// Euler steps to a lower noise level than asked, then fresh noise up to it. k-diffusion's euler_ancestral.
Latents sample_euler_ancestral(SamplerContext& context, Latents x)
{
    for (int i = 0; i < context.steps(); ++i) {
        double const sigma = context.sigmas[i], next = context.sigmas[i + 1];
        Latents const denoised = context.denoise_at(i, x);
        auto const [down, up] = ancestral_step(sigma, next, context.eta);
        double const ratio = down / sigma;
        if (next > 0)
            x = context.space.combine(
                { { ratio, x }, { 1 - ratio, denoised }, { up * context.s_noise, context.space.noise() } });
        else
            x = denoised;
    }
    return x;
}

}
