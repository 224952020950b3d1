// SPDX-License-Identifier: Apache-2.0
#pragma once

// How an ancestral step splits the next noise level: part is reached by denoising, part is fresh noise.

#include <algorithm>
#include <cmath>

namespace igneous {

struct AncestralStep {
    double down;    // the level to denoise to
    double up;      // the standard deviation of the noise to add: down^2 + up^2 = next^2
};

/// Splits the step sigma -> next; eta 1 is the DDPM posterior, 0 adds no noise.
inline AncestralStep ancestral_step(double sigma, double next, double eta)
{
    double const posterior = next * std::sqrt((sigma - next) * (sigma + next)) / sigma;
    double const up = std::min(next, eta * posterior);
    return { std::sqrt((next - up) * (next + up)), up };
}

}
