// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/preview.h"

#include "models/pipeline/autoencoding.h"

#include <algorithm>
#include <cmath>

namespace igneous {

namespace {

/// Red, green, blue in [-1, 1] of each latent channel: the least-squares fit that the field uses for this space.
constexpr double sd_colours[4][3] = {
    { 0.3512, 0.2297, 0.3227 },
    { 0.3250, 0.4974, 0.2350 },
    { -0.2829, 0.1762, 0.2721 },
    { -0.2120, -0.2616, -0.7177 },
};

Image colours_of(HostTensor const& latents)
{
    Image image(static_cast<int>(latents.shape[2]), static_cast<int>(latents.shape[1]), 3);
    auto const values = latents.f32();
    for (std::size_t pixel = 0; pixel < image.pixels.size() / 3; ++pixel)
        for (std::size_t colour = 0; colour < 3; ++colour) {
            double sum = 0;
            for (std::size_t channel = 0; channel < 4; ++channel)
                sum += sd_colours[channel][colour] * values[pixel * 4 + channel];
            double const byte = std::isfinite(sum) ? (sum + 1) * 127.5 : 0;
            image.pixels[pixel * 3 + colour] = static_cast<std::uint8_t>(std::lround(std::clamp(byte, 0., 255.)));
        }
    return image;
}

}

PreviewDecoder linear_preview(StableDiffusionConfig const& config)
{
    return config.latent_channels() == 4 && std::abs(config.scaling_factor() - 0.18215F) < 1e-6F ? colours_of : PreviewDecoder();
}

Previewer::Previewer(GpuLatentSpace& space, PreviewDecoder decode, double per_second, EventSink const& events)
    : m_space(space)
    , m_decode(per_second > 0 ? std::move(decode) : PreviewDecoder())
    , m_pause(per_second > 0 ? 1 / per_second : 0)
    , m_events(events)
{
}

void Previewer::offer(StepInfo const& step)
{
    auto const begun = Clock::now();
    if (!m_decode || begun < m_due)
        return;
    HostTensor const latents = m_space.download(step.denoised);
    int const index = m_next++ % static_cast<int>(latents.shape[0]);
    m_events(PreviewReady { step.step + 1, step.total, index, m_decode(one_of(latents, index)) });
    std::chrono::duration<double> const spent = Clock::now() - begun;
    m_due = begun + std::chrono::duration_cast<Clock::duration>(std::max(m_pause, 10 * spent));
}

}
