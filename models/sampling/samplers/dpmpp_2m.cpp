// SPDX-License-Identifier: Apache-2.0
#include "models/sampling/samplers/samplers.h"

#include <cmath>

namespace igneous {

/// DPM-Solver++(2M), Lu et al. 2022, algorithm 2, in t = -log(sigma): the denoised estimate is extrapolated linearly
/// from the last two, and x decays towards it. The first step and a step to sigma 0 are first order.
Latents sample_dpmpp_2m(SamplerContext& context, Latents x)
{
    Latents previous;
    double previous_h = 0;
    for (int i = 0; i < context.steps(); ++i) {
        double const sigma = context.sigmas[i], next = context.sigmas[i + 1];
        Latents const denoised = context.denoise_at(i, x);
        double const h = std::log(sigma / next);                 // infinite when next is 0
        double const towards = -std::expm1(-h);                  // 1 - next / sigma
        if (!previous || next == 0) {
            x = context.space.combine({ { next / sigma, x }, { towards, denoised } });
        } else {
            double const r = previous_h / h;
            x = context.space.combine({ { next / sigma, x }, { towards * (1 + 1 / (2 * r)), denoised },
                { -towards / (2 * r), previous } });
        }
        previous = denoised;
        previous_h = h;
    }
    return x;
}

}
