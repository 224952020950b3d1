// SPDX-License-Identifier: Apache-2.0
#include "models/sampling/schedules/schedules.h"

namespace igneous {

/// The sigmas of `steps` of `count` training times that are evenly spaced from the last to the first.
static Schedule evenly_in_time(NoiseModel const& model, int steps, int count)
{
    Schedule schedule;
    for (int i = 0; i < steps; ++i)
        schedule.sigmas.push_back(model.sigma_at(evenly_spaced(model.train_timesteps() - 1, 0, count, i)));
    schedule.sigmas.push_back(0);
    return schedule;
}

/// Training times from the last to the first, both included. ComfyUI's "normal", k-diffusion's get_sigmas.
Schedule schedule_normal(NoiseModel const& model, int steps, ScheduleOptions const&)
{
    return evenly_in_time(model, steps, steps);
}

/// As normal with one step more, whose last time, the first of training, is left out. ComfyUI and Stability's sgm.
Schedule schedule_sgm_uniform(NoiseModel const& model, int steps, ScheduleOptions const&)
{
    return evenly_in_time(model, steps, steps + 1);
}

}
