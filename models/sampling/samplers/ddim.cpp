// SPDX-License-Identifier: Apache-2.0
#include "models/sampling/samplers/samplers.h"

namespace igneous {

/// DDIM, Song et al. 2020, equation 12 with no fresh noise: the predicted x0 plus the predicted noise at the next
/// level. Divided by sqrt(alpha_bar) it is Euler's step in sigma, which is also what ComfyUI runs under this name.
Latents sample_ddim(SamplerContext& context, Latents x)
{
    for (int i = 0; i < context.steps(); ++i) {
        double const sigma = context.sigmas[i], next = context.sigmas[i + 1];
        Latents const x0 = context.denoise_at(i, x);
        Latents const epsilon = context.space.combine({ { 1 / sigma, x }, { -1 / sigma, x0 } });
        x = context.space.combine({ { 1, x0 }, { next, epsilon } });
    }
    return x;
}

}
