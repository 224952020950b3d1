// SPDX-License-Identifier: Apache-2.0
#include "models/sampling/samplers/samplers.h"

#include <cmath>

namespace igneous {

/// DDPM's ancestral sampling, Ho et al. 2020, equations 6 and 7: a draw from q(x[t-1] | x[t], x0), with the betas that
/// lead from one sigma to the next. The paper's variables are variance preserving: x[t] = x * sqrt(alpha_bar).
Latents sample_ddpm(SamplerContext& context, Latents x)
{
    for (int i = 0; i < context.steps(); ++i) {
        double const sigma = context.sigmas[i], next = context.sigmas[i + 1];
        Latents const x0 = context.denoise_at(i, x);
        double const alpha_bar = 1 / (1 + sigma * sigma), alpha_bar_next = 1 / (1 + next * next);
        double const alpha = alpha_bar / alpha_bar_next;
        double const beta = (sigma - next) * (sigma + next) * alpha_bar;      // 1 - alpha, without cancellation
        double const noise_bar = sigma * sigma * alpha_bar;                   // 1 - alpha_bar
        double const noise_bar_next = next * next * alpha_bar_next;

        double const of_x0 = std::sqrt(alpha_bar_next) * beta / noise_bar;
        double const of_x = std::sqrt(alpha) * noise_bar_next / noise_bar * std::sqrt(alpha_bar);
        double const deviation = std::sqrt(beta * noise_bar_next / noise_bar);
        double const explode = 1 / std::sqrt(alpha_bar_next);                 // back to x0 + sigma * noise
        if (next > 0)
            x = context.space.combine({ { of_x0 * explode, x0 }, { of_x * explode, x },
                { deviation * explode * context.s_noise, context.space.noise() } });
        else
            x = x0;
    }
    return x;
}

}
