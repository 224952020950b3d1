// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pictures of how far a request has come, for the eye: made of the denoised estimate, a few times a second at most, and
// never for more than a tenth of the time. What they need comes to the host while the device goes on with the next step.

#include "compute/memory/readback.h"
#include "models/api/generator.h"
#include "models/families/stable_diffusion/config.h"
#include "models/pipeline/gpu_latents.h"
#include "models/sampling/sampler.h"

#include <chrono>
#include <functional>
#include <optional>

namespace igneous {

/// Latents to small pictures, one of a batch at a time, h x w or larger.
struct PreviewDecoder {
    /// Queues what is to be done on the device, and lets its result come to the host. `meanwhile`: as Program::run_step.
    std::function<void(DeviceTensor const& latents, int index, Readback& result, std::function<void()> const& meanwhile)> queue;
    std::function<Image(HostTensor const& result)> picture;
    explicit operator bool() const { return queue && picture; }
};

/// Colours by a linear map, one pixel a latent: for the latent space that SD 1.x and 2.x share (four channels, scaling
/// factor 0.18215). Null for other spaces.
PreviewDecoder linear_preview(StableDiffusionConfig const& config);

class Previewer {
public:
    /// `decode` null: no previews.
    Previewer(std::shared_ptr<Device> device, GpuLatentSpace& space, PreviewDecoder decode, double per_second, EventSink const& events);
    /// Begins a preview where one is due and none is under way; of a batch, each time of the next picture. Everything
    /// submitted by now is the step.
    void offer(StepInfo const& step, std::function<void()> const& meanwhile);
    /// Sends what was begun at `step` (from 1) or before, once it is there.
    void poll(int step);
    /// Sends what was begun; waits for it.
    void finish();

private:
    using Clock = std::chrono::steady_clock;
    void send();

    std::shared_ptr<Device> m_device;
    GpuLatentSpace& m_space;
    PreviewDecoder m_decode;
    std::chrono::duration<double> m_pause;
    EventSink const& m_events;
    Clock::time_point m_due = Clock::now(), m_offered;
    int m_next = 0;
    PreviewReady m_preview;                        // under way while there are m_latents
    Latents m_latents;                             // kept from being written over
    TimelinePoint m_before = 0, m_behind = 0;      // of what was queued for it, and when they were reached
    std::optional<Clock::time_point> m_begun, m_done;
    Readback m_result;                             // the last member: what it reads must outlive it
};

}
