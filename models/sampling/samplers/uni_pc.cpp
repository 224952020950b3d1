// SPDX-License-Identifier: Apache-2.0
#include "models/sampling/samplers/samplers.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <vector>

namespace igneous {

enum class Bh { one, two };    // the paper's B1(h) = h and B2(h) = e^h - 1

/// Solves the p x p system of UniPC's theorem 3.1, sum over m of nodes[m]^k * rho[m] = right[k], for k = 0..p-1.
static std::vector<double> solve_vandermonde(std::span<double const> nodes, std::span<double const> right)
{
    size_t const p = nodes.size();
    std::vector<double> c(right.begin(), right.end());         // Bjorck and Pereyra 1970, stable for distinct nodes
    for (size_t k = 0; k + 1 < p; ++k)
        for (size_t i = p - 1; i > k; --i)
            c[i] -= nodes[k] * c[i - 1];
    for (size_t k = p - 1; k-- > 0;) {
        for (size_t i = k + 1; i < p; ++i)
            c[i] /= nodes[i] - nodes[i - k - 1];
        for (size_t i = k; i + 1 < p; ++i)
            c[i] -= c[i + 1];
    }
    return c;
}

/// A denoised estimate and where on the axis of lambda = -log(sigma) it was made.
struct Known {
    double lambda;
    Latents denoised;
};

/// UniPC, Zhao et al. 2023, algorithms 5 and 6 in data prediction: x is first predicted at the next sigma from the last
/// estimates, then corrected with the estimate made at the predicted x. As ComfyUI runs it: up to third order, lower at
/// both ends, sigma 0 replaced by 0.001, no correction of the last step.
static Latents sample(SamplerContext& context, Latents x, Bh variant)
{
    int const steps = context.steps(), most = std::clamp(steps - 1, 1, 3);
    std::deque<Known> known { { -std::log(context.sigmas[0]), context.denoise_at(0, x) } };    // newest first
    for (int step = 1; step <= steps; ++step) {
        double const sigma = context.sigmas[step] > 0 ? context.sigmas[step] : 0.001;
        int const order = std::min({ most, step, steps + 1 - step });
        double const lambda = -std::log(sigma), h = lambda - known[0].lambda;

        // Right-hand side: h^k phi_{k+1}(h) k! / B(h), with h negated because the data is predicted, not the noise.
        double const negative = -h, phi1 = std::expm1(negative), b = variant == Bh::one ? negative : phi1;
        std::vector<double> right, nodes;
        double phi = phi1 / negative - 1, factorial = 1;
        for (int k = 1; k <= order; ++k) {
            right.push_back(phi * factorial / b);
            factorial *= k + 1;
            phi = phi / negative - 1 / factorial;
        }
        for (int m = 1; m < order; ++m)
            nodes.push_back((known[m].lambda - known[0].lambda) / h);

        // Both halves: e^-h x - phi1 * newest - b * sum of rho[m] * (estimate[m] - newest) / node[m]
        auto const advance = [&](std::span<double const> rho, Latents const& corrected) {
            std::vector<Term> terms { { std::exp(negative), x }, { -phi1, known[0].denoised } };
            for (size_t m = 0; m < rho.size(); ++m) {
                bool const own = m == nodes.size();              // the estimate at the step's own end, node 1
                double const weight = -b * rho[m] / (own ? 1 : nodes[m]);
                terms.push_back({ weight, own ? corrected : known[m + 1].denoised });
                terms[1].coefficient -= weight;
            }
            return context.space.combine(std::span<Term const>(terms));
        };
        std::vector<double> predictor;
        if (order == 2)
            predictor.assign(1, 0.5);                           // the paper's choice: independent of h
        else if (order > 2)
            predictor = solve_vandermonde(nodes, std::span(right).first(nodes.size()));
        Latents const predicted = advance(predictor, {});
        if (step == steps) {
            x = predicted;
            break;
        }
        Latents const denoised = context.denoise(predicted, sigma);
        nodes.push_back(1);
        std::vector<double> const corrector = order == 1 ? std::vector { 0.5 } : solve_vandermonde(nodes, right);
        nodes.pop_back();
        x = advance(corrector, denoised);
        context.report(step, x, denoised);
        known.push_front({ lambda, denoised });
        if (known.size() > 3)
            known.pop_back();
    }
    return x;
}

Latents sample_uni_pc(SamplerContext& context, Latents x)
{
    return sample(context, std::move(x), Bh::one);
}

Latents sample_uni_pc_bh2(SamplerContext& context, Latents x)
{
    return sample(context, std::move(x), Bh::two);
}

}
