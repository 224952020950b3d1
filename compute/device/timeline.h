// SPDX-License-Identifier: Apache-2.0
#pragma once

// A queue and its one timeline semaphore: submissions get rising numbers, in order, and what is no longer needed is
// released when the number of its last use has passed. May be called from any thread at any time.

#include "compute/device/context.h"

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace igneous {

class Timeline;

/// What a submission waits for on the device: a point of another timeline, which has been submitted. No timeline: nothing.
struct After {
    Timeline const* timeline = nullptr;
    TimelinePoint point = 0;
};

class Timeline {
public:
    Timeline(std::shared_ptr<Context> context, Queue& queue);
    ~Timeline();
    Timeline(Timeline const&) = delete;
    Timeline& operator=(Timeline const&) = delete;

    TimelinePoint submit(VkCommandBuffer commands, After after = {});
    Queue const& queue() const { return m_queue; }
    TimelinePoint last_submitted() const { return m_last; }
    bool reached(TimelinePoint point);
    /// Throws device_lost if the device does not get any further within `seconds`.
    void wait(TimelinePoint point, double seconds);

    /// Runs `release` when everything that has been submitted by now is done: at once if it is.
    void defer(std::move_only_function<void()> release);
    /// Runs what deferred releases have become due.
    void collect();
    /// Waits without a limit and releases everything: for the end of the device, lost or not.
    void drain() noexcept;

    void simulate_loss() { m_simulate_loss = true; }

private:
    struct Deferred {
        TimelinePoint point;
        std::move_only_function<void()> release;
    };
    void update_reached();

    std::shared_ptr<Context> m_context;
    Queue& m_queue;
    VkSemaphore m_semaphore = VK_NULL_HANDLE;
    std::atomic<TimelinePoint> m_last = 0, m_reached = 0;
    std::atomic<bool> m_simulate_loss = false;
    std::mutex m_deferred_mutex;
    std::deque<Deferred> m_deferred;   // points rise
    bool m_drained = false;
};

}
