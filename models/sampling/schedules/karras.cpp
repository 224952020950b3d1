// SPDX-License-Identifier: Apache-2.0
#include "models/sampling/schedules/schedules.h"

#include <cmath>

namespace igneous {

/// Evenly spaced in sigma^(1/rho). Karras et al. 2022, equation 5.
Schedule schedule_karras(NoiseModel const& model, int steps, ScheduleOptions const& options)
{
    double const first = std::pow(model.sigma_max(), 1 / options.rho),
                 last = std::pow(model.sigma_min(), 1 / options.rho);
    Schedule schedule;
    for (int i = 0; i < steps; ++i)
        schedule.sigmas.push_back(std::pow(evenly_spaced(first, last, steps, i), options.rho));
    schedule.sigmas.push_back(0);
    return schedule;
}

}
