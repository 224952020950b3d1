// SPDX-License-Identifier: Apache-2.0
#include "models/api/choices.h"

#include "models/sampling/sampler.h"
#include "models/sampling/schedules.h"

namespace igneous {

static std::vector<Choice> choices_of(auto const& table)
{
    std::vector<Choice> choices;
    for (auto const& entry : table)
        choices.push_back({ std::string(entry.id), std::string(entry.shown) });
    return choices;
}

std::vector<Choice> sampler_choices() { return choices_of(samplers()); }
std::vector<Choice> schedule_choices() { return choices_of(schedules()); }

}
