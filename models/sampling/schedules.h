// SPDX-License-Identifier: Apache-2.0
#pragma once

// Schedules: which noise levels a sampler visits. One schedule, one file in schedules/; the table in schedules.cpp
// names them all. normal, karras, exponential, sgm_uniform, simple and ddim_uniform are ComfyUI's (and A1111's);
// linspace, leading and trailing are the spacings of diffusers' Euler, Heun and DDIM schedulers, and those with
// _multistep of its DPM-Solver and UniPC schedulers.

#include "models/sampling/noise_model.h"

#include <span>
#include <string_view>
#include <vector>

namespace igneous {

struct Schedule {
    std::vector<double> sigmas;       // one more than there are steps, decreasing; see check_sigmas
    std::vector<double>
        timesteps;    // training time of each but the last, where the schedule is made of times; else empty
    /// What standard normal noise is multiplied by to begin at sigmas[0]: that sigma, or sqrt(sigma^2 + 1) for the
    /// schedules whose reference counts the picture's own variance in (diffusers' leading and _multistep).
    double initial_scale = 0;

    int steps() const { return sigmas.empty() ? 0 : static_cast<int>(sigmas.size()) - 1; }
};

/// What lies behind the last training time.
enum class LastSigma {
    zero,         // the clean picture
    sigma_min,    // the least noise of training: diffusers' final_sigmas_type "sigma_min", set_alpha_to_one false
};

struct ScheduleOptions {
    double rho = 7;                            // karras
    int steps_offset = 0;                      // leading; scheduler_config.json's
    LastSigma last = LastSigma::zero;          // the schedules of diffusers
    bool discard_penultimate = false; // make one step more and drop the sigma before the last: SamplerEntry says
};

struct ScheduleEntry {
    std::string_view id, shown;
    Schedule (*make)(NoiseModel const& model, int steps, ScheduleOptions const& options);
    bool of_diffusers;                         // never discards the penultimate sigma
};

/// Every schedule, in the order to show them.
std::span<ScheduleEntry const> schedules();

/// The schedule of that id, or nullptr.
ScheduleEntry const* find_schedule(std::string_view id);

/// The sigmas of a schedule for 1..model.train_timesteps() steps. ddim_uniform can give a step more or less than asked,
/// as it does in ComfyUI. Throws invalid_argument for an unknown id or a number of steps outside.
Schedule make_schedule(std::string_view id, NoiseModel const& model, int steps, ScheduleOptions const& options = {});

/// A list that the user gives. Throws invalid_argument as check_sigmas does.
Schedule custom_schedule(std::vector<double> sigmas);

/// How a strength (denoise fraction) shortens a schedule when there is a picture to begin with.
enum class StrengthRule {
    comfy,        // the last `steps` of a schedule of steps / strength: always `steps` steps
    a1111,        // the last strength * steps, rounded down, and one more
    diffusers,    // the last strength * steps, rounded down
};

/// The rule of that name, "comfy", "a1111" or "diffusers". Throws invalid_argument for other names.
StrengthRule strength_rule_from_name(std::string_view name);

/// The end of a schedule, for a strength of 0..1. No sigmas at all where there is nothing to do. Throws as
/// make_schedule.
Schedule make_partial_schedule(std::string_view id, NoiseModel const& model, int steps, double strength,
    StrengthRule rule, ScheduleOptions const& options = {});

/// The training time for the network at `sigma`: the schedule's own where it has one, else as the rule says.
double training_time(Schedule const& schedule, NoiseModel const& model, double sigma, TimestepRule rule);

/// How noise is scaled at the beginning.
enum class InitialNoise {
    by_sigma, // noise * sigma: k-diffusion, A1111
    by_variance, // noise * sqrt(sigma^2 + 1) where sigma is the model's highest (to a part in 100,000), else noise *
                 // sigma: ComfyUI
};

/// What standard normal noise is multiplied by to begin at `sigma` with nothing of a picture.
double initial_noise_scale(NoiseModel const& model, double sigma, InitialNoise rule);

}
