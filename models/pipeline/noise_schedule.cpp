// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/noise_schedule.h"

#include "models/sampling/sampler.h"
#include "models/sampling/schedules.h"

#include <cmath>
#include <memory>

namespace igneous {

namespace {

NoiseModel noise_model(NoiseFacts const& facts)
{
    return NoiseModel({
        .train_timesteps = facts.train_timesteps,
        .beta_schedule = facts.beta_schedule,
        .beta_start = facts.beta_start,
        .beta_end = facts.beta_end,
        .trained_betas = facts.trained_betas,
        .zero_snr = facts.rescale_zero_terminal_snr ? ZeroSnr::diffusers : ZeroSnr::no,
    });
}

/// diffusers' DDIM and DDPM work on x / sqrt(sigma^2 + 1): there noise of unit variance is the start, whatever the spacing.
bool variance_preserving(std::string const& sampler)
{
    return sampler == "ddim" || sampler == "ddpm";
}

ScheduleOptions schedule_options(GenerationRequest const& request, NoiseFacts const& facts)
{
    ScheduleOptions options;
    options.steps_offset = facts.steps_offset;
    options.discard_penultimate = find_sampler(request.sampling.sampler)->discards_penultimate;
    if (request.sampling.sampler == "ddim" && !facts.final_alpha_one)
        options.last = LastSigma::sigma_min;
    return options;
}

}

NoiseSchedule make_noise_schedule(GenerationRequest const& request, NoiseFacts const& facts)
{
    auto const model = std::make_shared<NoiseModel const>(noise_model(facts));
    SamplingSettings const& s = request.sampling;
    ScheduleOptions const options = schedule_options(request, facts);
    Schedule schedule;
    if (!s.sigmas.empty())
        schedule = custom_schedule(s.sigmas);
    else if (request.init)
        schedule = make_partial_schedule(s.schedule, *model, s.steps, request.init->strength, strength_rule_from_name(request.init->steps_mode), options);
    else
        schedule = make_schedule(s.schedule, *model, s.steps, options);

    NoiseSchedule out;
    out.sigmas = schedule.sigmas;
    if (!out.sigmas.empty() && !request.init) {
        double const first = out.sigmas.front();
        ScheduleEntry const* entry = s.sigmas.empty() ? find_schedule(s.schedule) : nullptr;
        if (entry && entry->of_diffusers)
            out.initial_scale = variance_preserving(s.sampler) ? std::sqrt(first * first + 1) : schedule.initial_scale;
        else
            out.initial_scale = initial_noise_scale(*model, first, s.initial_noise == "variance" ? InitialNoise::by_variance : InitialNoise::by_sigma);
    }
    // Where the last sigma is not 0, diffusers' own form x / sqrt(sigma^2 + 1) is what its pipelines decode.
    if (!out.sigmas.empty() && s.sigmas.empty() && variance_preserving(s.sampler) && find_schedule(s.schedule)->of_diffusers)
        out.final_scale = 1 / std::sqrt(out.sigmas.back() * out.sigmas.back() + 1);
    TimestepRule const rule = timestep_rule_from_name(s.timesteps);
    out.timestep = [model, rule, schedule](double sigma) { return training_time(schedule, *model, sigma, rule); };
    return out;
}

}
