// SPDX-License-Identifier: Apache-2.0
#include "models/sampling/noise_model.h"

#include "models/api/error.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace igneous {

TimestepRule timestep_rule_from_name(std::string_view name)
{
    if (name == "interpolate")
        return TimestepRule::interpolate;
    if (name == "nearest")
        return TimestepRule::nearest;
    fail(ErrorCode::invalid_argument, "timesteps: expected interpolate or nearest but got {}", name);
}

static std::vector<double> betas_of(NoiseSettings const& settings)
{
    if (!settings.trained_betas.empty())
        return settings.trained_betas;
    int const count = settings.train_timesteps;
    std::vector<double> betas(static_cast<size_t>(count));
    auto const between = [&](double from, double to, int i) {
        return count == 1 ? from : from + (to - from) * i / (count - 1);
    };
    auto const alpha_bar = [](double t) { return std::pow(std::cos((t + 0.008) / 1.008 * std::numbers::pi / 2), 2); };
    for (int i = 0; i < count; ++i) {
        if (settings.beta_schedule == "linear")
            betas[i] = between(settings.beta_start, settings.beta_end, i);
        else if (settings.beta_schedule == "scaled_linear")
            betas[i] = std::pow(between(std::sqrt(settings.beta_start), std::sqrt(settings.beta_end), i), 2);
        else if (settings.beta_schedule == "squaredcos_cap_v2")             // Nichol and Dhariwal 2021
            betas[i] = std::min(1 - alpha_bar((i + 1.) / count) / alpha_bar(static_cast<double>(i) / count), 0.999);
        else
            fail(ErrorCode::invalid_argument,
                "noise: expected beta_schedule linear, scaled_linear or squaredcos_cap_v2 but got {}",
                settings.beta_schedule);
    }
    return betas;
}

/// Shifts and scales sqrt(alpha_bar) so that it ends at 0 and begins where it did. Lin et al. 2023, algorithm 1.
static void rescale_to_zero_snr(std::vector<double>& alpha_bars, double last)
{
    double const first_root = std::sqrt(alpha_bars.front()), last_root = std::sqrt(alpha_bars.back());
    for (double& alpha_bar : alpha_bars)
        alpha_bar = std::pow((std::sqrt(alpha_bar) - last_root) * first_root / (first_root - last_root), 2);
    alpha_bars.back() = last;
}

NoiseModel::NoiseModel(NoiseSettings const& settings)
{
    require(settings.train_timesteps >= 1 && settings.train_timesteps <= 1'000'000,
        "noise: expected 1..1000000 training timesteps but got {}", settings.train_timesteps);
    std::vector<double> alpha_bars = betas_of(settings);
    double product = 1;
    for (double& value : alpha_bars) {
        require(value > 0 && value < 1, "noise: betas must lie between 0 and 1 but one is {}", value);
        value = product *= 1 - value;
    }
    require(product > 0, "noise: {} betas leave nothing of the picture", alpha_bars.size());
    if (settings.zero_snr != ZeroSnr::no && alpha_bars.size() > 1)
        rescale_to_zero_snr(alpha_bars, settings.zero_snr == ZeroSnr::comfy ? 4.8973451890853435e-08 : 0x1p-24);
    for (double const alpha_bar : alpha_bars) {
        m_sigmas.push_back(static_cast<float>(std::sqrt((1 - alpha_bar) / alpha_bar)));
        m_log_sigmas.push_back(std::log(m_sigmas.back()));
    }
}

/// values[at] for an `at` between two places.
static double interpolated(std::span<double const> values, double at)
{
    at = std::clamp(at, 0., static_cast<double>(values.size() - 1));
    auto const low = static_cast<size_t>(at);
    size_t const high = std::min(low + 1, values.size() - 1);
    double const share = at - static_cast<double>(low);
    return share == 0 ? values[low] : (1 - share) * values[low] + share * values[high];
}

double NoiseModel::sigma_at(double timestep) const
{
    return std::exp(interpolated(m_log_sigmas, timestep));
}

double NoiseModel::sigma_at_linear(double timestep) const
{
    return interpolated(m_sigmas, timestep);
}

double NoiseModel::timestep_of(double sigma, TimestepRule rule) const
{
    if (sigma <= m_sigmas.front())
        return 0;
    if (sigma >= m_sigmas.back())
        return train_timesteps() - 1;
    double const log_sigma = std::log(sigma);
    // The logarithm of a sigma just below the highest may round to the highest's: the last is never below.
    auto const last = m_log_sigmas.end() - 1;
    auto const above = static_cast<size_t>(std::upper_bound(m_log_sigmas.begin(), last, log_sigma) - m_log_sigmas.begin());
    size_t const low = above - 1;
    double const share = (log_sigma - m_log_sigmas[low]) / (m_log_sigmas[above] - m_log_sigmas[low]);
    if (rule == TimestepRule::nearest)
        return static_cast<double>(share <= 0.5 ? low : above);
    return static_cast<double>(low) + share;
}

double NoiseModel::sigma_at_percent(double percent) const
{
    if (percent <= 0)
        return 999999999.9;
    return percent >= 1 ? 0 : sigma_at((1 - percent) * (train_timesteps() - 1));
}

}
