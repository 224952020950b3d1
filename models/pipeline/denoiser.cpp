// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/denoiser.h"

#include <algorithm>
#include <cmath>

namespace igneous {

Preconditioning preconditioning(Prediction prediction, double sigma)
{
    double const variance = sigma * sigma + 1;
    switch (prediction) {
    case Prediction::epsilon: return { 1 / std::sqrt(variance), 1, -sigma };
    case Prediction::v: return { 1 / std::sqrt(variance), 1 / variance, -sigma / std::sqrt(variance) };
    case Prediction::sample: return { 1 / std::sqrt(variance), 0, 1 };
    }
    return { 1, 1, 0 };
}

Denoiser::Denoiser(PartRunner& unet, GpuLatentSpace& space, DenoiserSettings settings, std::stop_token stop)
    : m_unet(unet)
    , m_space(space)
    , m_settings(std::move(settings))
    , m_stop(std::move(stop))
    , m_timestep(DType::f32, { m_settings.rows })
{
}

Latents Denoiser::operator()(Latents const& x, double sigma)
{
    Preconditioning const p = preconditioning(m_settings.prediction, sigma);
    float const factors[] = { static_cast<float>(p.c_in), static_cast<float>(p.c_skip), static_cast<float>(p.c_out), static_cast<float>(m_settings.cfg) };
    std::ranges::fill(m_timestep.f32(), static_cast<float>(m_settings.timestep(sigma)));
    Program& program = m_unet.program();
    program.write("x", m_space.tensor(x));
    program.write("factors", HostTensor::from({ 4 }, std::span<float const>(factors)));
    program.write("timestep", m_timestep);
    m_unet.run_step(m_stop, m_settings.meanwhile);
    return m_space.make([&](DeviceTensor& out) { program.copy_output("denoised", out); });
}

}
