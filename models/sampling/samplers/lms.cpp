// SPDX-License-Identifier: Apache-2.0
#include "models/sampling/samplers/samplers.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <vector>

namespace igneous {

/// The weight of the slope at sigmas[step - j] in an Adams-Bashforth step of `order`: the integral over the step of the
/// Lagrange polynomial that is 1 there and 0 at the step's other known sigmas. Three Gauss points are exact to
/// degree 5.
static double adams_bashforth_weight(std::vector<double> const& sigmas, int order, int step, int j)
{
    constexpr double node = 0.77459666924148337704;            // sqrt(3 / 5)
    constexpr double points[] = { -node, 0, node }, weights[] = { 5. / 9, 8. / 9, 5. / 9 };
    double const middle = (sigmas[step] + sigmas[step + 1]) / 2, half = (sigmas[step + 1] - sigmas[step]) / 2;
    double integral = 0;
    for (int p = 0; p < 3; ++p) {
        double basis = 1;
        for (int k = 0; k < order; ++k)
            if (k != j)
                basis *= (middle + half * points[p] - sigmas[step - k]) / (sigmas[step - j] - sigmas[step - k]);
        integral += weights[p] * basis;
    }
    return integral * half;
}

enum class LastStep { multistep, denoised };

/// Linear multistep (Adams-Bashforth on uneven sigmas) of up to fourth order, after Crowson's k-diffusion.
static Latents sample(SamplerContext& context, Latents x, LastStep last)
{
    constexpr int most = 4;
    std::deque<Latents> slopes;                                // newest first
    for (int i = 0; i < context.steps(); ++i) {
        double const sigma = context.sigmas[i];
        Latents const denoised = context.denoise_at(i, x);
        slopes.push_front(context.space.combine({ { 1 / sigma, x }, { -1 / sigma, denoised } }));
        slopes.resize(std::min<size_t>(slopes.size(), most));
        if (last == LastStep::denoised && context.sigmas[i + 1] == 0) {
            x = denoised;
            continue;
        }
        std::vector<Term> terms { { 1, x } };
        for (int j = 0; j < static_cast<int>(slopes.size()); ++j)
            terms.push_back(
                { adams_bashforth_weight(context.sigmas, static_cast<int>(slopes.size()), i, j), slopes[j] });
        x = context.space.combine(std::span<Term const>(terms));
    }
    return x;
}

/// As ComfyUI runs it: the last step, to sigma 0, takes the denoised estimate.
Latents sample_lms(SamplerContext& context, Latents x)
{
    return sample(context, std::move(x), LastStep::denoised);
}

/// As k-diffusion and AUTOMATIC1111 run it: the last step is a multistep one like the others.
Latents sample_lms_k_diffusion(SamplerContext& context, Latents x)
{
    return sample(context, std::move(x), LastStep::multistep);
}

}
