// SPDX-License-Identifier: Apache-2.0
#pragma once

// The window of a program whose weights are streamed (compute/graph/weight_stream.h): what lies in its two halves, who
// still reads them, and what is on its way.

#include "compute/device/device.h"
#include "compute/graph/plan.h"
#include "compute/memory/weight_store.h"

#include <array>
#include <memory>
#include <optional>

namespace igneous {

class WeightWindow {
public:
    /// `places`, by value of the plan: where the streamed weights lie on the host.
    WeightWindow(std::shared_ptr<Device> device, std::shared_ptr<Plan const> plan, std::vector<WeightPlace> places);
    ~WeightWindow();
    WeightWindow(WeightWindow const&) = delete;
    WeightWindow& operator=(WeightWindow const&) = delete;

    std::uint64_t address() const { return m_window->address(); }

    /// The segment that begins at this step.
    std::optional<std::size_t> segment_at(std::size_t step) const;
    /// The segment's weights are there at the point returned. They are brought if they are not there or on their way.
    BringPoint bring(std::size_t segment);
    /// Steps of the segment run until `point`. The weights of the segment behind it are on their way from then on.
    void runs(std::size_t segment, TimelinePoint point);

private:
    struct Half {
        std::optional<std::size_t> segment;
        BringPoint there = 0;
        TimelinePoint read_until = 0;
    };
    std::size_t next(std::size_t segment) const;

    std::shared_ptr<Device> m_device;
    std::shared_ptr<Plan const> m_plan;
    std::vector<WeightPlace> m_places;
    std::unique_ptr<Buffer> m_window;
    std::array<Half, 2> m_halves;
    std::size_t m_first_of_step = 0;           // the segment that the steps of every run begin with
};

}
