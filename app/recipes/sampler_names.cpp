// SPDX-License-Identifier: Apache-2.0
#include "app/recipes/sampler_names.h"

#include "app/recipes/reader.h"

#include <algorithm>

namespace igneous {

namespace {

struct Name {
    std::string_view label, id;            // labels in small letters
};

// ComfyUI's ids stand for themselves.
constexpr std::string_view sampler_ids[] = { "euler", "euler_cfg_pp", "euler_ancestral", "euler_ancestral_cfg_pp",
    "heun", "heunpp2", "dpm_2", "dpm_2_ancestral", "lms", "dpm_fast", "dpm_adaptive", "dpmpp_2s_ancestral",
    "dpmpp_2s_ancestral_cfg_pp", "dpmpp_sde", "dpmpp_2m", "dpmpp_2m_cfg_pp", "dpmpp_2m_sde", "dpmpp_2m_sde_heun",
    "dpmpp_3m_sde", "ddpm", "lcm", "ipndm", "ipndm_v", "deis", "res_multistep", "res_multistep_cfg_pp",
    "res_multistep_ancestral", "res_multistep_ancestral_cfg_pp", "gradient_estimation", "gradient_estimation_cfg_pp",
    "er_sde", "seeds_2", "seeds_3", "sa_solver", "sa_solver_pece", "exp_heun_2_x0", "ddim", "uni_pc", "uni_pc_bh2",
    "tcd", "restart", "lms_k_diffusion" };

constexpr Name sampler_labels[] = {
    // A1111, Forge, SD.Next, Draw Things
    { "euler a", "euler_ancestral" },
    { "heun++ 2", "heunpp2" },
    { "dpm2", "dpm_2" },
    { "dpm2 a", "dpm_2_ancestral" },
    { "dpm++ 2s a", "dpmpp_2s_ancestral" },
    { "dpm++ 2m", "dpmpp_2m" },
    { "dpm++ sde", "dpmpp_sde" },
    { "dpm++ 2m sde", "dpmpp_2m_sde" },
    { "dpm++ 2m sde heun", "dpmpp_2m_sde_heun" },
    { "dpm++ 3m sde", "dpmpp_3m_sde" },
    { "dpm fast", "dpm_fast" },
    { "dpm adaptive", "dpm_adaptive" },
    { "unipc", "uni_pc" },
    { "ddim cfg++", "euler_cfg_pp" },
    { "gradient estimation", "gradient_estimation" },
    { "sa solver", "sa_solver" },
    { "res multistep", "res_multistep" },
    { "er sde", "er_sde" },
    // InvokeAI
    { "euler_a", "euler_ancestral" },
    { "dpmpp_2s", "dpmpp_2s_ancestral" },
    { "kdpm_2", "dpm_2" },
    { "kdpm_2_a", "dpm_2_ancestral" },
    { "dpm_2_a", "dpm_2_ancestral" },
    // NovelAI, once k_ is taken off
    { "ddim_v3", "ddim" },
};

constexpr std::string_view schedule_ids[]
    = { "normal", "karras", "exponential", "polyexponential", "sgm_uniform", "simple", "ddim_uniform", "beta",
          "linear_quadratic", "kl_optimal", "align_your_steps", "gits", "leading", "trailing", "linspace" };

constexpr Name schedule_labels[] = {
    { "uniform", "normal" }, { "default", "normal" }, { "native", "normal" }, { "sgm uniform", "sgm_uniform" },
    { "kl optimal", "kl_optimal" }, { "align your steps", "align_your_steps" }, { "ays", "align_your_steps" },
    { "ddim", "ddim_uniform" }, { "turbo", "sgm_uniform" },            // as A1111 has it
};

// What stands behind a sampler's name in programs and times that had no field for the schedule.
constexpr Name schedule_endings[] = {
    { " karras", "karras" }, { " exponential", "exponential" }, { " polyexponential", "polyexponential" },
    { " sgm uniform", "sgm_uniform" }, { " ays", "align_your_steps" }, { " trailing", "trailing" },
    { "_karras", "karras" }, { "_exponential", "exponential" }, { "_normal", "normal" }, { "_simple", "simple" },
    { "_sgm_uniform", "sgm_uniform" }, { "_ddim_uniform", "ddim_uniform" }, { "_beta", "beta" },
    { "_k", "karras" },                    // InvokeAI
};

template <class Ids, class Labels>
std::optional<std::string> look_up(std::string_view name, Ids const& ids, Labels const& labels)
{
    if (std::ranges::find(ids, name) != std::end(ids))
        return std::string(name);
    auto const found = std::ranges::find(labels, name, &Name::label);
    return found == std::end(labels) ? std::nullopt : std::optional(std::string(found->id));
}

}

std::optional<SamplerChoice> sampler_of(std::string_view name)
{
    std::string const lower = lower_case(trimmed(name));
    std::string_view plain = lower;
    if (plain.starts_with("k_"))
        plain.remove_prefix(2);            // NovelAI, and everybody in 2022
    if (plain.ends_with("_gpu"))
        plain.remove_suffix(4);            // ComfyUI: where the noise is made
    if (auto id = look_up(plain, sampler_ids, sampler_labels))
        return SamplerChoice { *id, "" };
    for (Name const& ending : schedule_endings)
        if (plain.ends_with(ending.label))
            if (auto id = look_up(plain.substr(0, plain.size() - ending.label.size()), sampler_ids, sampler_labels))
                return SamplerChoice { *id, std::string(ending.id) };
    return {};
}

std::optional<std::string> schedule_of(std::string_view name)
{
    return look_up(lower_case(trimmed(name)), schedule_ids, schedule_labels);
}

std::string automatic_schedule(std::string_view sampler)
{
    constexpr std::string_view by_karras[]
        = { "dpmpp_2m", "dpmpp_sde", "dpmpp_2s_ancestral", "dpm_2", "dpm_2_ancestral" };
    constexpr std::string_view by_exponential[] = { "dpmpp_2m_sde", "dpmpp_2m_sde_heun", "dpmpp_3m_sde" };
    if (std::ranges::find(by_karras, sampler) != std::end(by_karras))
        return "karras";
    if (std::ranges::find(by_exponential, sampler) != std::end(by_exponential))
        return "exponential";
    return sampler == "ddim" ? "ddim_uniform" : "normal";
}

}
