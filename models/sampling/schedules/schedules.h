// SPDX-License-Identifier: Apache-2.0
#pragma once

// The schedules by function: what the table in schedules.cpp is made of. Users of the program ask make_schedule() by
// name. Every function expects 1..model.train_timesteps() steps and fills initial_scale only where it is not the first
// sigma.

#include "models/sampling/schedules.h"

namespace igneous {

Schedule schedule_normal(NoiseModel const& model, int steps, ScheduleOptions const& options);
Schedule schedule_karras(NoiseModel const& model, int steps, ScheduleOptions const& options);
Schedule schedule_exponential(NoiseModel const& model, int steps, ScheduleOptions const& options);
Schedule schedule_sgm_uniform(NoiseModel const& model, int steps, ScheduleOptions const& options);
Schedule schedule_simple(NoiseModel const& model, int steps, ScheduleOptions const& options);
Schedule schedule_ddim_uniform(NoiseModel const& model, int steps, ScheduleOptions const& options);
Schedule schedule_linspace(NoiseModel const& model, int steps, ScheduleOptions const& options);
Schedule schedule_leading(NoiseModel const& model, int steps, ScheduleOptions const& options);
Schedule schedule_trailing(NoiseModel const& model, int steps, ScheduleOptions const& options);
Schedule schedule_linspace_multistep(NoiseModel const& model, int steps, ScheduleOptions const& options);
Schedule schedule_leading_multistep(NoiseModel const& model, int steps, ScheduleOptions const& options);

/// `i` of `count` evenly spaced values that begin with `first` and end with `last`; `first` if there is one only.
inline double evenly_spaced(double first, double last, int count, int i)
{
    return count == 1 ? first : first + (last - first) * i / (count - 1);
}

}
