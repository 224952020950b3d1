// SPDX-License-Identifier: Apache-2.0
#pragma once

// Times and checks tiles on a device, as the ops of a plan would run them.

#include "compute/memory/memory.h"
#include "compute/tune/tune.h"

#include <chrono>

namespace igneous {

class DeviceBench final : public TuneBench {
public:
    explicit DeviceBench(Device& device)
        : m_device(device)
    {}
    double gflops(TuneWork const& work, Tile const& tile, double best) override;
    bool is_right(TuneWork const& work, Tile const& tile) override;
    double seconds() override;

private:
    Plan plan(std::shared_ptr<Graph> graph, Tile const* tile) const;
    void make_room(std::uint64_t bytes);
    double time(Plan const& plan, double best);
    HostTensor run(TuneWork const& work, Tile const* tile);

    Device& m_device;
    std::unique_ptr<Buffer> m_memory;      // ordinary random numbers, as f16 and as f32: inputs, weights and results
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

}
