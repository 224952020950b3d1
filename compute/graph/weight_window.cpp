// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/weight_window.h"

#include "compute/memory/memory.h"

#include <algorithm>

namespace igneous {

WeightWindow::WeightWindow(
    std::shared_ptr<Device> device, std::shared_ptr<Plan const> plan, std::vector<WeightPlace> places)
    : m_device(std::move(device))
    , m_plan(std::move(plan))
    , m_places(std::move(places))
    , m_window(m_device->memory().allocate(m_plan->window_bytes, Intent::weights, "window of streamed weights"))
{
    auto const of_request = [&](Segment const& segment) { return segment.begin < m_plan->request_steps; };
    m_first_of_step = static_cast<std::size_t>(std::ranges::count_if(m_plan->segments, of_request));
}

WeightWindow::~WeightWindow()
{
    try {
        m_device->wait_for_brought();          // a run that was cancelled leaves copies under way
    } catch (std::exception const&) {          // the device is lost, and they with it
    }
}

std::optional<std::size_t> WeightWindow::segment_at(std::size_t step) const
{
    auto const found = std::ranges::lower_bound(m_plan->segments, step, {}, &Segment::begin);
    if (found == m_plan->segments.end() || found->begin != step)
        return std::nullopt;
    return static_cast<std::size_t>(found - m_plan->segments.begin());
}

BringPoint WeightWindow::bring(std::size_t segment)
{
    Half& half = m_halves[segment % 2];
    if (half.segment == segment)
        return half.there;
    std::vector<BufferCopy> copies;
    for (std::uint32_t index : m_plan->segments[segment].weights) {
        PlanValue const& value = m_plan->values[index];
        copies.push_back({ m_places[index].block.get(), m_places[index].offset, m_window.get(), value.offset, value.bytes });
    }
    half.segment.reset();                      // should bringing fail
    half.there = m_device->bring(copies, half.read_until);
    half.segment = segment;
    return half.there;
}

std::size_t WeightWindow::next(std::size_t segment) const
{
    if (segment + 1 < m_plan->segments.size())
        return segment + 1;
    return m_first_of_step < m_plan->segments.size() ? m_first_of_step : segment;
}

void WeightWindow::runs(std::size_t segment, TimelinePoint point)
{
    m_halves[segment % 2].read_until = point;
    if (std::size_t const behind = next(segment); behind % 2 != segment % 2)
        bring(behind);
}

}
