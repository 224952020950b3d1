// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which noise levels a request walks through, and what time the model is told at each.

#include "models/api/request.h"
#include "models/families/stable_diffusion/config.h"

#include <functional>
#include <vector>

namespace igneous {

struct NoiseSchedule {
    std::vector<double> sigmas;                    // decreasing, one more than steps; none where a strength of 0 leaves nothing to do
    double initial_scale = 0;                      // of the noise that the loop begins with, where there is no picture
    double final_scale = 1;                        // of the latents behind the last step, before they are decoded
    std::function<double(double)> timestep;        // the training time of a sigma
};

/// The request's sigmas, or its schedule cut to its strength. Throws invalid_argument for a schedule that there is not.
NoiseSchedule make_noise_schedule(GenerationRequest const& request, NoiseFacts const& facts);

}
