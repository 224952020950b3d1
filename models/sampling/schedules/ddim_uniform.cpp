// SPDX-License-Identifier: Apache-2.0
#include "models/sampling/schedules/schedules.h"

#include <algorithm>

namespace igneous {

/// Training times 1, 1 + stride, ... as in the original DDIM code, stride = train_timesteps / steps rounded down. As
/// many as there are: where steps does not divide train_timesteps, that is more than asked. ComfyUI's "ddim_uniform".
Schedule schedule_ddim_uniform(NoiseModel const& model, int steps, ScheduleOptions const&)
{
    auto const sigmas = model.sigmas();
    size_t const stride = std::max<size_t>(sigmas.size() / static_cast<size_t>(steps), 1);
    Schedule schedule { .sigmas = { 0 } };
    for (size_t time = 1; time < sigmas.size(); time += stride)
        schedule.sigmas.push_back(sigmas[time]);
    std::ranges::reverse(schedule.sigmas);
    return schedule;
}

}
