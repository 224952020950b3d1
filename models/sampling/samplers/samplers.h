// SPDX-License-Identifier: Apache-2.0
#pragma once

// The samplers by function: what the table in samplers.cpp is made of. Users of the program ask find_sampler() by name.

#include "models/sampling/sampler.h"

namespace igneous {

Latents sample_euler(SamplerContext& context, Latents x);
Latents sample_euler_ancestral(SamplerContext& context, Latents x);
Latents sample_heun(SamplerContext& context, Latents x);
Latents sample_dpmpp_2m(SamplerContext& context, Latents x);
Latents sample_dpmpp_2m_sde(SamplerContext& context, Latents x);
Latents sample_dpmpp_2m_sde_heun(SamplerContext& context, Latents x);
Latents sample_ddim(SamplerContext& context, Latents x);
Latents sample_ddpm(SamplerContext& context, Latents x);
Latents sample_lms(SamplerContext& context, Latents x);
Latents sample_lms_k_diffusion(SamplerContext& context, Latents x);
Latents sample_uni_pc(SamplerContext& context, Latents x);
Latents sample_uni_pc_bh2(SamplerContext& context, Latents x);
Latents sample_lcm(SamplerContext& context, Latents x);

}
