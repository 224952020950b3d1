// SPDX-License-Identifier: Apache-2.0
#include "models/sampling/samplers/samplers.h"

#include "models/api/error.h"

#include <algorithm>
#include <cmath>

namespace igneous {

//  id                    shown                  function                    stochastic  discards penultimate
constexpr SamplerEntry sampler_table[] = {
    { "euler",             "Euler",               sample_euler,               false, false },
    { "euler_ancestral",   "Euler a",             sample_euler_ancestral,     true,  false },
    { "heun",              "Heun",                sample_heun,                false, false },
    { "dpmpp_2m",          "DPM++ 2M",            sample_dpmpp_2m,            false, false },
    { "dpmpp_2m_sde",      "DPM++ 2M SDE",        sample_dpmpp_2m_sde,        true,  false },
    { "dpmpp_2m_sde_heun", "DPM++ 2M SDE Heun",   sample_dpmpp_2m_sde_heun,   true,  false },
    { "ddim",              "DDIM",                sample_ddim,                false, false },
    { "ddpm",              "DDPM",                sample_ddpm,                true,  false },
    { "lms",               "LMS",                 sample_lms,                 false, false },
    { "lms_k_diffusion",   "LMS (k-diffusion)",   sample_lms_k_diffusion,     false, false },
    { "uni_pc",            "UniPC",               sample_uni_pc,              false, true },
    { "uni_pc_bh2",        "UniPC BH2",           sample_uni_pc_bh2,          false, true },
    { "lcm",               "LCM",                 sample_lcm,                 true,  false },
};

std::span<SamplerEntry const> samplers()
{
    return sampler_table;
}

SamplerEntry const* find_sampler(std::string_view id)
{
    auto const* entry = std::ranges::find(sampler_table, id, &SamplerEntry::id);
    return entry == std::end(sampler_table) ? nullptr : entry;
}

void check_sigmas(std::span<double const> sigmas)
{
    require(sigmas.size() >= 2, "sigmas: at least two are needed (one step) but got {}", sigmas.size());
    require(sigmas.size() <= 10001, "sigmas: at most 10000 steps can be taken but got {}", sigmas.size() - 1);
    for (size_t i = 0; i < sigmas.size(); ++i)
        require(std::isfinite(sigmas[i]) && sigmas[i] >= 0,
            "sigmas: entry {} must be finite and not negative but is {}", i, sigmas[i]);
    for (size_t i = 1; i < sigmas.size(); ++i)
        require(sigmas[i] < sigmas[i - 1], "sigmas: must decrease, but entry {} is {} after {}", i, sigmas[i],
            sigmas[i - 1]);
}

}
