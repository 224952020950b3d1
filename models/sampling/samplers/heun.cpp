// SPDX-License-Identifier: Apache-2.0
#include "models/sampling/samplers/samplers.h"

namespace igneous {

/// Heun's second order method: the slope of a step is the mean of the slopes at its two ends. Karras et al. 2022,
/// algorithm 1; the last step, to sigma 0, has no slope at its end and is Euler's.
Latents sample_heun(SamplerContext& context, Latents x)
{
    for (int i = 0; i < context.steps(); ++i) {
        double const sigma = context.sigmas[i], next = context.sigmas[i + 1];
        Latents const denoised = context.denoise_at(i, x);
        double const ratio = next / sigma;
        Latents const euler = context.space.combine({ { ratio, x }, { 1 - ratio, denoised } });
        if (next == 0) {
            x = euler;
            continue;
        }
        // x + (next - sigma) / 2 * ((x - denoised) / sigma + (euler - denoised2) / next)
        Latents const denoised2 = context.denoise(euler, next);
        double const half = (next - sigma) / 2;
        x = context.space.combine({ { 1 + half / sigma, x }, { -half / sigma, denoised }, { half / next, euler },
            { -half / next, denoised2 } });
    }
    return x;
}

}
