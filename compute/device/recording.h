// SPDX-License-Identifier: Apache-2.0
#pragma once

// Dispatches in a command buffer: once for a submission of its own, or kept for many.

#include "compute/device/command.h"
#include "compute/device/pipelines.h"

#include <span>

namespace igneous {

/// Where the times go: one query more than dispatches, or none.
struct Queries {
    VkQueryPool pool = VK_NULL_HANDLE;
};

/// With queries every dispatch waits for the one before it, so that the times are its own.
void record_dispatches(Context& context, Pipelines& pipelines, VkCommandBuffer commands,
    std::span<BoundDispatch const> dispatches, Queries queries = {});

/// What Device::record returns. It may be submitted again before the run before it is over.
class DeviceRecording final : public Recording {
public:
    DeviceRecording(std::shared_ptr<Context> context, std::shared_ptr<Timeline> timeline, Pipelines& pipelines,
        std::span<BoundDispatch const> dispatches, bool timestamps);
    ~DeviceRecording() override;
    DeviceRecording(DeviceRecording const&) = delete;
    DeviceRecording& operator=(DeviceRecording const&) = delete;

    TimelinePoint submit(After after);
    std::vector<double> timestamps();

private:
    void destroy();

    std::shared_ptr<Context> m_context;
    std::shared_ptr<Timeline> m_timeline;
    std::size_t m_count = 0;
    TimelinePoint m_last_run = 0;
    VkCommandPool m_pool = VK_NULL_HANDLE;
    VkCommandBuffer m_commands = VK_NULL_HANDLE;
    Queries m_queries;
};

}
