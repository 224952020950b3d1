// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pictures of how far a request has come, for the eye: made of the denoised estimate, a few times a second at most, and
// never for more than a tenth of the time.

#include "models/api/generator.h"
#include "models/families/stable_diffusion/config.h"
#include "models/pipeline/gpu_latents.h"
#include "models/sampling/sampler.h"

#include <chrono>
#include <functional>

namespace igneous {

/// Latents [1, h, w, C] of one picture to a small picture, h x w or larger.
using PreviewDecoder = std::function<Image(HostTensor const& latents)>;

/// Colours by a linear map, one pixel a latent: for the latent space that SD 1.x and 2.x share (four channels, scaling
/// factor 0.18215). Null for other spaces.
PreviewDecoder linear_preview(StableDiffusionConfig const& config);

class Previewer {
public:
    /// `decode` null: no previews.
    Previewer(GpuLatentSpace& space, PreviewDecoder decode, double per_second, EventSink const& events);
    /// Sends a preview where one is due; of a batch, each time the next picture. Reads back: waits for the device.
    void offer(StepInfo const& step);

private:
    using Clock = std::chrono::steady_clock;
    GpuLatentSpace& m_space;
    PreviewDecoder m_decode;
    std::chrono::duration<double> m_pause;
    EventSink const& m_events;
    Clock::time_point m_due = Clock::now();
    int m_next = 0;
};

}
