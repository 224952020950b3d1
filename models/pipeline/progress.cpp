// SPDX-License-Identifier: Apache-2.0
#include "models/pipeline/progress.h"

#include <utility>

namespace igneous {

Progress::Progress(std::shared_ptr<Device> device, GpuLatentSpace& space, PreviewDecoder decode, double per_second, EventSink const& events)
    : m_device(std::move(device))
    , m_events(events)
    , m_previewer(m_device, space, std::move(decode), per_second, events)
{
}

void Progress::queued(StepInfo const& step)
{
    m_steps.push_back({ step.step + 1, step.total, m_device->last_submitted() });
    m_previewer.offer(step, [this] { poll(); });
}

void Progress::poll()
{
    m_previewer.poll(m_told);
    while (!m_steps.empty() && m_device->reached(m_steps.front().point)) {
        Step const step = m_steps.front();
        m_steps.pop_front();
        m_told = step.step;
        std::chrono::duration<double> const spent = Clock::now() - m_begun;
        m_events(StepDone { step.step, step.total, spent.count() / step.step * (step.total - step.step) });
    }
    m_previewer.poll(m_told);
}

void Progress::finish()
{
    m_device->wait_idle();
    poll();
    m_previewer.finish();
}

}
