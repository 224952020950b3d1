// SPDX-License-Identifier: Apache-2.0
#include "models/sampling/samplers/samplers.h"

#include <cmath>
#include <vector>

namespace igneous {

enum class Corrector { midpoint, heun };

/// SDE-DPM-Solver++(2M), Lu et al. 2022, section 5, with k-diffusion's two forms of the second order term. eta scales
/// the noise of the SDE; 0 gives the ODE.
static Latents sample(SamplerContext& context, Latents x, Corrector corrector)
{
    Latents previous;
    double previous_h = 0;
    for (int i = 0; i < context.steps(); ++i) {
        double const sigma = context.sigmas[i], next = context.sigmas[i + 1];
        Latents const denoised = context.denoise_at(i, x);
        if (next == 0) {
            x = denoised;
            break;
        }
        double const h = std::log(sigma / next), eta_h = context.eta * h;
        double const towards = -std::expm1(-h - eta_h);
        std::vector<Term> terms { { next / sigma * std::exp(-eta_h), x }, { towards, denoised } };
        if (previous) {
            double const weight = corrector == Corrector::midpoint ? towards / 2 : 1 - towards / (h + eta_h);
            double const slope = weight * h / previous_h;        // of (denoised - previous)
            terms[1].coefficient += slope;
            terms.push_back({ -slope, previous });
        }
        if (context.eta > 0)
            terms.push_back({ next * std::sqrt(-std::expm1(-2 * eta_h)) * context.s_noise, context.space.noise() });
        x = context.space.combine(std::span<Term const>(terms));
        previous = denoised;
        previous_h = h;
    }
    return x;
}

Latents sample_dpmpp_2m_sde(SamplerContext& context, Latents x)
{
    return sample(context, std::move(x), Corrector::midpoint);
}

Latents sample_dpmpp_2m_sde_heun(SamplerContext& context, Latents x)
{
    return sample(context, std::move(x), Corrector::heun);
}

}
