// SPDX-License-Identifier: Apache-2.0
#include "models/sampling/schedules/schedules.h"

namespace igneous {

/// Every (train_timesteps / steps)-th training sigma, counted from the highest. ComfyUI's "simple".
Schedule schedule_simple(NoiseModel const& model, int steps, ScheduleOptions const&)
{
    auto const sigmas = model.sigmas();
    double const stride = static_cast<double>(sigmas.size()) / steps;
    Schedule schedule;
    for (int i = 0; i < steps; ++i)
        schedule.sigmas.push_back(sigmas[sigmas.size() - 1 - static_cast<size_t>(i * stride)]);
    schedule.sigmas.push_back(0);
    return schedule;
}

}
