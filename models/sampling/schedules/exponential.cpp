// SPDX-License-Identifier: Apache-2.0
#include "models/sampling/schedules/schedules.h"

#include <cmath>

namespace igneous {

/// Evenly spaced in log(sigma). k-diffusion's get_sigmas_exponential.
Schedule schedule_exponential(NoiseModel const& model, int steps, ScheduleOptions const&)
{
    Schedule schedule;
    for (int i = 0; i < steps; ++i)
        schedule.sigmas.push_back(
            std::exp(evenly_spaced(std::log(model.sigma_max()), std::log(model.sigma_min()), steps, i)));
    schedule.sigmas.push_back(0);
    return schedule;
}

}
