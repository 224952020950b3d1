// SPDX-License-Identifier: Apache-2.0
#pragma once

// How noisy the pictures were that a model was trained on: a sigma (standard deviation of the noise, against a picture
// of unit scale) for each of its training times. Schedules pick their sigmas from here, and the network is told the
// time of a sigma.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

/// What happens to the last training times of a model with zero terminal SNR, where sigma would be infinite.
enum class ZeroSnr {
    no,           // betas as they are
    diffusers,    // rescaled (Lin et al. 2023), the last alpha_bar is 2^-24: sigma 4096
    comfy,        // rescaled, the last alpha_bar is 4.897e-8: sigma 4518.8
};

/// The fields of a diffusers scheduler_config.json that make the noise. The defaults are Stable Diffusion's.
struct NoiseSettings {
    int train_timesteps = 1000;
    std::string beta_schedule = "scaled_linear";    // linear, scaled_linear, squaredcos_cap_v2
    double beta_start = 0.00085, beta_end = 0.012;
    std::vector<double> trained_betas {};           // not empty: these instead
    ZeroSnr zero_snr = ZeroSnr::no;
};

/// How a sigma becomes the training time that the network is given.
enum class TimestepRule {
    interpolate,    // between the neighbours, linearly in log(sigma): k-diffusion, A1111, diffusers
    nearest,        // the one whose log(sigma) is nearest: ComfyUI
};

/// The rule of that name, "interpolate" or "nearest". Throws invalid_argument for other names.
TimestepRule timestep_rule_from_name(std::string_view name);

class NoiseModel {
public:
    /// Computes alpha_bar in double precision and rounds the sigmas to float, as ComfyUI and k-diffusion do. Throws
    /// invalid_argument for settings that describe no noise.
    explicit NoiseModel(NoiseSettings const& settings = {});

    /// Of each training time, ascending: sigmas()[0] is the least noise.
    std::span<double const> sigmas() const { return m_sigmas; }
    int train_timesteps() const { return static_cast<int>(m_sigmas.size()); }
    double sigma_min() const { return m_sigmas.front(); }
    double sigma_max() const { return m_sigmas.back(); }

    /// The sigma of a training time that need not be whole, linear in log(sigma) (ComfyUI, k-diffusion). Times outside
    /// 0..train_timesteps - 1 are taken as the nearest of these.
    double sigma_at(double timestep) const;
    /// The same, linear in sigma (diffusers' Euler schedulers).
    double sigma_at_linear(double timestep) const;
    /// The training time of a sigma, 0..train_timesteps - 1.
    double timestep_of(double sigma, TimestepRule rule) const;
    /// The sigma at a share of the way from noise (0) to picture (1), as ComfyUI's percent_to_sigma: 999999999.9 at 0.
    double sigma_at_percent(double percent) const;

private:
    std::vector<double> m_sigmas, m_log_sigmas;
};

}
