// SPDX-License-Identifier: Apache-2.0
#pragma once

// What other programs call samplers and schedules, and what we call them: as ComfyUI spells them.

#include <optional>
#include <string>
#include <string_view>

namespace igneous {

struct SamplerChoice {
    std::string sampler;
    std::string schedule;                  // "" where the name says none
};

/// ComfyUI's ids, "DPM++ 2M Karras" as A1111 and Draw Things write it, "dpmpp_2m_k" (InvokeAI), "k_dpmpp_2m" (NovelAI).
/// Nothing for a name that no table has.
std::optional<SamplerChoice> sampler_of(std::string_view name);

/// ComfyUI's ids, A1111's and NovelAI's labels. Nothing for a name that no table has.
std::optional<std::string> schedule_of(std::string_view name);

/// What A1111 takes for a sampler when its schedule is "Automatic".
std::string automatic_schedule(std::string_view sampler);

}
