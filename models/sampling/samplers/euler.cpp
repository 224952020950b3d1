// SPDX-License-Identifier: Apache-2.0
#include "models/sampling/samplers/samplers.h"

namespace igneous {

/// Euler's method on dx/dsigma = (x - denoised) / sigma. Karras et al. 2022, algorithm 2 without churn.
Latents sample_euler(SamplerContext& context, Latents x)
{
    for (int i = 0; i < context.steps(); ++i) {
        double const sigma = context.sigmas[i], next = context.sigmas[i + 1];
        Latents const denoised = context.denoise_at(i, x);
        double const ratio = next / sigma;                      // x + (x - denoised) / sigma * (next - sigma)
        x = context.space.combine({ { ratio, x }, { 1 - ratio, denoised } });
    }
    return x;
}

}
