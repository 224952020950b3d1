// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/preview.h"

#include "compute/device/device.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

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
    if (config.latent_channels() != 4 || std::abs(config.scaling_factor() - 0.18215F) >= 1e-6F)
        return {};
    auto const read_one = [](DeviceTensor const& latents, int index, Readback& result, auto const&) {
        std::uint64_t const bytes = latents.bytes() / static_cast<std::uint64_t>(latents.shape()[0]);
        result.begin(latents.buffer(), static_cast<std::uint64_t>(index) * bytes, latents.dtype(), latents.shape().with(0, 1));
    };
    return { read_one, colours_of };
}

Previewer::Previewer(std::shared_ptr<Device> device, GpuLatentSpace& space, PreviewDecoder decode, double per_second, EventSink const& events)
    : m_device(std::move(device))
    , m_space(space)
    , m_decode(per_second > 0 ? std::move(decode) : PreviewDecoder())
    , m_pause(per_second > 0 ? 1 / per_second : 0)
    , m_events(events)
    , m_result(m_device)
{
}

void Previewer::offer(StepInfo const& step, std::function<void()> const& meanwhile)
{
    if (!m_decode || m_latents || Clock::now() < m_due)
        return;
    m_offered = Clock::now();
    m_begun = m_done = std::nullopt;
    m_latents = step.denoised;
    DeviceTensor const& latents = m_space.tensor(m_latents);
    m_preview = { step.step + 1, step.total, m_next++ % static_cast<int>(latents.shape()[0]), {} };
    m_before = m_device->last_submitted();
    m_behind = std::numeric_limits<TimelinePoint>::max();
    m_decode.queue(latents, m_preview.index, m_result, meanwhile);
    m_behind = m_device->last_submitted();
}

void Previewer::poll(int step)
{
    if (!m_latents)
        return;
    if (!m_begun && m_device->reached(m_before))
        m_begun = Clock::now();
    if (m_begun && !m_done && m_device->reached(m_behind))
        m_done = Clock::now();
    if (m_preview.step <= step && m_done && m_result.ready())
        send();
}

void Previewer::finish()
{
    if (!m_latents)
        return;
    m_device->wait(m_behind);
    poll(0);
    send();
}

void Previewer::send()
{
    auto const begun = Clock::now();
    m_preview.image = m_decode.picture(m_result.take());
    m_latents = {};
    std::chrono::duration<double> const spent = (*m_done - *m_begun) + (Clock::now() - begun);
    m_due = m_offered + std::chrono::duration_cast<Clock::duration>(std::max(m_pause, 10 * spent));
    m_events(std::move(m_preview));
}

}
