// SPDX-License-Identifier: Apache-2.0
#pragma once

// Command buffers: how every one of them begins and ends, and a pool of those that are submitted once.

#include "compute/device/timeline.h"

#include <deque>
#include <memory>

namespace igneous {

/// What the dispatches before it wrote is there for the dispatches behind it.
void dispatch_barrier(Context const& context, VkCommandBuffer commands);
/// What was done before it is done and seen by dispatches, copies and the host behind it. Every command buffer of the
/// queue that computes ends with it, so that submissions follow one another without any knowledge of what they touch.
void full_barrier(Context const& context, VkCommandBuffer commands);
/// The host sees what was copied before it. Every command buffer of the queue that only copies ends with it.
void host_barrier(Context const& context, VkCommandBuffer commands);

VkCommandPool create_command_pool(Context& context, Queue const& queue, VkCommandPoolCreateFlags flags);
VkCommandBuffer allocate_commands(Context& context, VkCommandPool pool);
void begin_commands(Context& context, VkCommandBuffer commands, VkCommandBufferUsageFlags flags);
void end_commands(Context& context, Queue const& queue, VkCommandBuffer commands);

/// Command buffers for one submission each on the timeline's queue, used again when the device is done with them. One
/// thread at a time.
class OnceCommands {
public:
    OnceCommands(std::shared_ptr<Context> context, std::shared_ptr<Timeline> timeline);
    ~OnceCommands();
    OnceCommands(OnceCommands const&) = delete;
    OnceCommands& operator=(OnceCommands const&) = delete;

    /// Records what `record` does to a fresh command buffer, and submits it.
    template<class Record>
    TimelinePoint submit(Record&& record, After after = {})
    {
        VkCommandBuffer const commands = begin();
        try {
            record(commands);
        } catch (...) {
            abandon(commands);
            throw;
        }
        return end(commands, after);
    }

private:
    VkCommandBuffer begin();
    void abandon(VkCommandBuffer commands);
    TimelinePoint end(VkCommandBuffer commands, After after);

    struct Used {
        TimelinePoint point;
        VkCommandBuffer commands;
    };
    std::shared_ptr<Context> m_context;
    std::shared_ptr<Timeline> m_timeline;
    VkCommandPool m_pool = VK_NULL_HANDLE;
    std::deque<Used> m_used;
};

}
