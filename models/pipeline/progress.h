// SPDX-License-Identifier: Apache-2.0
#pragma once

// Steps are queued before the device has done them; this tells of each, and shows its preview, when the device is there.

#include "models/pipeline/preview.h"

#include <chrono>
#include <deque>

namespace igneous {

class Progress {
public:
    Progress(std::shared_ptr<Device> device, GpuLatentSpace& space, PreviewDecoder decode, double per_second, EventSink const& events);
    /// Everything submitted by now is the step.
    void queued(StepInfo const& step);
    /// Tells what has happened; never waits.
    void poll();
    /// Waits for the device, and tells the rest.
    void finish();

private:
    using Clock = std::chrono::steady_clock;
    struct Step {
        int step, total;                           // from 1
        TimelinePoint point;
    };
    std::shared_ptr<Device> m_device;
    EventSink const& m_events;
    Clock::time_point m_begun = Clock::now();
    std::deque<Step> m_steps;                      // not told yet
    int m_told = 0;
    Previewer m_previewer;
};

}
