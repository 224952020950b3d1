// SPDX-License-Identifier: Apache-2.0
// The spacings of Lin et al. 2023, table 2, as diffusers' schedulers have them.
#include "models/sampling/schedules/schedules.h"

#include <algorithm>
#include <cmath>

namespace igneous {

/// A schedule of training times, from late to early, and what lies behind the last.
static Schedule from_timesteps(NoiseModel const& model, std::vector<double> timesteps, ScheduleOptions const& options)
{
    Schedule schedule;
    for (double& time : timesteps) {
        time = std::clamp(time, 0., model.train_timesteps() - 1.);
        schedule.sigmas.push_back(model.sigma_at_linear(time));
    }
    schedule.timesteps = std::move(timesteps);
    if (options.last == LastSigma::zero || schedule.sigmas.front() <= model.sigma_min())
        schedule.sigmas.push_back(0);
    else if (schedule.sigmas.back() > model.sigma_min())
        schedule.sigmas.push_back(model.sigma_min());
    else
        schedule.timesteps.pop_back();                            // the last step would change nothing
    return schedule;
}

/// 0..train_timesteps - 1 in equal parts, both ends included; times need not be whole.
Schedule schedule_linspace(NoiseModel const& model, int steps, ScheduleOptions const& options)
{
    std::vector<double> timesteps;
    for (int i = steps; i-- > 0;)                                 // numpy's linspace of one value is its beginning, 0
        timesteps.push_back(static_cast<float>(evenly_spaced(0, model.train_timesteps() - 1, steps, i)));
    return from_timesteps(model, timesteps, options);
}

/// Multiples of train_timesteps / steps rounded down, from 0 on, plus steps_offset: never reaches the highest noise.
Schedule schedule_leading(NoiseModel const& model, int steps, ScheduleOptions const& options)
{
    int const stride = model.train_timesteps() / steps;
    std::vector<double> timesteps;
    for (int i = steps; i-- > 0;)
        timesteps.push_back(i * stride + options.steps_offset);
    Schedule schedule = from_timesteps(model, timesteps, options);
    schedule.initial_scale = std::hypot(schedule.sigmas[0], 1);
    return schedule;
}

/// Multiples of train_timesteps / steps down from train_timesteps, less 1: always begins at the highest noise.
Schedule schedule_trailing(NoiseModel const& model, int steps, ScheduleOptions const& options)
{
    double const stride = static_cast<double>(model.train_timesteps()) / steps;
    std::vector<double> timesteps;
    for (int i = 0; i < steps; ++i)
        timesteps.push_back(std::nearbyint(model.train_timesteps() - i * stride) - 1);
    return from_timesteps(model, timesteps, options);
}

/// As linspace of one value more, in whole times, without the last.
Schedule schedule_linspace_multistep(NoiseModel const& model, int steps, ScheduleOptions const& options)
{
    std::vector<double> timesteps;
    for (int i = steps; i > 0; --i)
        timesteps.push_back(std::nearbyint(evenly_spaced(0, model.train_timesteps() - 1, steps + 1, i)));
    Schedule schedule = from_timesteps(model, timesteps, options);
    schedule.initial_scale = std::hypot(schedule.sigmas[0], 1);   // those solvers begin with noise of unit variance
    return schedule;
}

/// As leading of one value more, without the last.
Schedule schedule_leading_multistep(NoiseModel const& model, int steps, ScheduleOptions const& options)
{
    int const stride = model.train_timesteps() / (steps + 1);
    std::vector<double> timesteps;
    for (int i = steps; i > 0; --i)
        timesteps.push_back(i * stride + options.steps_offset);
    Schedule schedule = from_timesteps(model, timesteps, options);
    schedule.initial_scale = std::hypot(schedule.sigmas[0], 1);
    return schedule;
}

}
