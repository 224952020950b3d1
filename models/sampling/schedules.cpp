// SPDX-License-Identifier: Apache-2.0
#include "models/sampling/schedules/schedules.h"

#include "models/api/error.h"
#include "models/sampling/sampler.h"

#include <algorithm>
#include <cmath>

namespace igneous {

//  id                     shown                       function                      of diffusers
constexpr ScheduleEntry schedule_table[] = {
    { "normal",             "Normal",                   schedule_normal,              false },
    { "karras",             "Karras",                   schedule_karras,              false },
    { "exponential",        "Exponential",              schedule_exponential,         false },
    { "sgm_uniform",        "SGM uniform",              schedule_sgm_uniform,         false },
    { "simple",             "Simple",                   schedule_simple,              false },
    { "ddim_uniform",       "DDIM uniform",             schedule_ddim_uniform,        false },
    { "linspace",           "Linspace (diffusers)",     schedule_linspace,            true },
    { "leading",            "Leading (diffusers)",      schedule_leading,             true },
    { "trailing",           "Trailing (diffusers)",     schedule_trailing,            true },
    { "linspace_multistep", "Linspace, multistep (diffusers)", schedule_linspace_multistep, true },
    { "leading_multistep",  "Leading, multistep (diffusers)",  schedule_leading_multistep,  true },
};

std::span<ScheduleEntry const> schedules()
{
    return schedule_table;
}

ScheduleEntry const* find_schedule(std::string_view id)
{
    auto const* entry = std::ranges::find(schedule_table, id, &ScheduleEntry::id);
    return entry == std::end(schedule_table) ? nullptr : entry;
}

Schedule make_schedule(std::string_view id, NoiseModel const& model, int steps, ScheduleOptions const& options)
{
    auto const* entry = find_schedule(id);
    std::string names;
    for (ScheduleEntry const& known : schedules())
        names += (names.empty() ? "" : ", ") + std::string(known.id);
    require(entry != nullptr, "schedule: there is no {}; there are {}", id, names);
    require(steps >= 1 && steps <= model.train_timesteps(),
        "schedule: expected 1..{} steps, as many as the model was trained on, but got {}", model.train_timesteps(),
        steps);
    bool const discard = options.discard_penultimate && !entry->of_diffusers;
    Schedule schedule = entry->make(model, std::min(steps + (discard ? 1 : 0), model.train_timesteps()), options);
    if (discard && schedule.steps() > 1)
        schedule.sigmas.erase(schedule.sigmas.end() - 2);
    // Steps that do not change sigma (two times that round to one) would be divided by.
    for (size_t i = 1; i < schedule.sigmas.size();) {
        if (schedule.sigmas[i] < schedule.sigmas[i - 1]) {
            ++i;
            continue;
        }
        schedule.sigmas.erase(schedule.sigmas.begin() + static_cast<std::ptrdiff_t>(i));
        if (i < schedule.timesteps.size())
            schedule.timesteps.erase(schedule.timesteps.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (schedule.initial_scale == 0)
        schedule.initial_scale = schedule.sigmas[0];
    check_sigmas(schedule.sigmas);
    return schedule;
}

Schedule custom_schedule(std::vector<double> sigmas)
{
    check_sigmas(sigmas);
    Schedule schedule { .sigmas = std::move(sigmas) };
    schedule.initial_scale = schedule.sigmas[0];
    return schedule;
}

StrengthRule strength_rule_from_name(std::string_view name)
{
    if (name == "comfy")
        return StrengthRule::comfy;
    if (name == "a1111")
        return StrengthRule::a1111;
    if (name == "diffusers")
        return StrengthRule::diffusers;
    fail(ErrorCode::invalid_argument, "strength: expected comfy, a1111 or diffusers but got {}", name);
}

/// Leaves the last `steps` steps.
static Schedule last_steps(Schedule schedule, int steps)
{
    auto const drop = std::max(schedule.steps() - steps, 0);
    if (steps <= 0)
        return {};
    schedule.sigmas.erase(schedule.sigmas.begin(), schedule.sigmas.begin() + drop);
    if (!schedule.timesteps.empty())
        schedule.timesteps.erase(schedule.timesteps.begin(), schedule.timesteps.begin() + drop);
    if (drop > 0)
        schedule.initial_scale = schedule.sigmas[0];
    return schedule;
}

Schedule make_partial_schedule(std::string_view id, NoiseModel const& model, int steps, double strength,
    StrengthRule rule, ScheduleOptions const& options)
{
    require(strength >= 0 && strength <= 1, "strength: expected 0..1 but got {}", strength);
    switch (rule) {
    case StrengthRule::comfy: {
        if (strength > 0.9999)
            break;
        require(steps >= 1, "schedule: expected at least one step but got {}", steps);
        double const whole = strength > 0 ? steps / strength : 0;
        require(whole < model.train_timesteps() + 1,
            "strength: {} steps at strength {} are the end of a schedule of {}, but the model was "
            "trained on {}: take fewer steps, more strength or another rule",
            steps, strength, whole, model.train_timesteps());
        return strength > 0 ? last_steps(make_schedule(id, model, static_cast<int>(whole), options), steps)
                            : Schedule {};
    }
    case StrengthRule::a1111:
        return last_steps(
            make_schedule(id, model, steps, options), static_cast<int>(std::min(strength, 0.999) * steps) + 1);
    case StrengthRule::diffusers:
        return last_steps(make_schedule(id, model, steps, options), static_cast<int>(strength * steps));
    }
    return make_schedule(id, model, steps, options);
}

double training_time(Schedule const& schedule, NoiseModel const& model, double sigma, TimestepRule rule)
{
    for (size_t i = 0; i < schedule.timesteps.size(); ++i)
        if (schedule.sigmas[i] == sigma)
            return schedule.timesteps[i];
    return model.timestep_of(sigma, rule);
}

double initial_noise_scale(NoiseModel const& model, double sigma, InitialNoise rule)
{
    bool const highest = sigma >= model.sigma_max() * (1 - 1e-5);
    return rule == InitialNoise::by_variance && highest ? std::hypot(sigma, 1) : sigma;
}

}
