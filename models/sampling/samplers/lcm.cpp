// SPDX-License-Identifier: Apache-2.0
#include "models/sampling/samplers/samplers.h"

namespace igneous {

/// Multistep consistency sampling, Luo et al. 2023 (latent consistency models), algorithm 3: the denoised estimate is
/// the picture; noise takes it to the next level, where it is made anew.
Latents sample_lcm(SamplerContext& context, Latents x)
{
    for (int i = 0; i < context.steps(); ++i) {
        double const next = context.sigmas[i + 1];
        x = context.denoise_at(i, x);
        if (next > 0)
            x = context.space.combine({ { 1, x }, { next, context.space.noise() } });
    }
    return x;
}

}
