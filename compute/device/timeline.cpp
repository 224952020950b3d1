// SPDX-License-Identifier: Apache-2.0
#include "compute/device/timeline.h"

#include "compute/tensor/error.h"

#include <algorithm>
#include <chrono>
#include <format>

namespace igneous {

Timeline::Timeline(std::shared_ptr<Context> context, Queue& queue)
    : m_context(std::move(context))
    , m_queue(queue)
{
    VkSemaphoreTypeCreateInfo const type { .sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO,
        .semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE };
    VkSemaphoreCreateInfo const info { .sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, .pNext = &type };
    m_context->check(
        m_context->vk().vkCreateSemaphore(m_context->handle(), &info, nullptr, &m_semaphore), "device: timeline");
}

Timeline::~Timeline()
{
    drain();
    if (!m_context->hung())
        m_context->vk().vkDestroySemaphore(m_context->handle(), m_semaphore, nullptr);
}

TimelinePoint Timeline::submit(VkCommandBuffer commands, After after)
{
    m_context->throw_if_lost("submit");
    if (m_simulate_loss.exchange(false))
        m_context->lose("submit", "a test asked for it");
    std::lock_guard const lock(m_queue.mutex);
    TimelinePoint const point = m_last + 1;
    VkCommandBufferSubmitInfo const command_info { .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO,
        .commandBuffer = commands };
    VkSemaphoreSubmitInfo const wait { .sType = VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO,
        .semaphore = after.timeline ? after.timeline->m_semaphore : VK_NULL_HANDLE,
        .value = after.point,
        .stageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT };
    VkSemaphoreSubmitInfo const signal { .sType = VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO,
        .semaphore = m_semaphore,
        .value = point,
        .stageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT };
    VkSubmitInfo2 const info { .sType = VK_STRUCTURE_TYPE_SUBMIT_INFO_2,
        .waitSemaphoreInfoCount = after.timeline ? 1u : 0u,
        .pWaitSemaphoreInfos = &wait,
        .commandBufferInfoCount = 1,
        .pCommandBufferInfos = &command_info,
        .signalSemaphoreInfoCount = 1,
        .pSignalSemaphoreInfos = &signal };
    m_context->check(m_context->vk().vkQueueSubmit2(m_queue.handle, 1, &info, VK_NULL_HANDLE), "submit");
    m_last = point;
    return point;
}

void Timeline::update_reached()
{
    std::uint64_t value = 0;
    m_context->check(
        m_context->vk().vkGetSemaphoreCounterValue(m_context->handle(), m_semaphore, &value), "device: timeline");
    if (value > m_last + 1)   // drivers report a lost device's semaphores as far beyond
        m_context->lose("device: timeline", "its timeline went astray");
    TimelinePoint known = m_reached;
    while (known < value && !m_reached.compare_exchange_weak(known, value)) { }
}

bool Timeline::reached(TimelinePoint point)
{
    if (m_reached >= point)
        return true;
    m_context->throw_if_lost("device: timeline");
    update_reached();
    return m_reached >= point;
}

void Timeline::wait(TimelinePoint point, double seconds)
{
    using Clock = std::chrono::steady_clock;
    m_context->throw_if_lost("wait");
    if (point > m_last)
        fail(ErrorCode::internal, "wait: point {} of the timeline has not been submitted, the last one is {}", point,
            m_last.load());
    // One submission after the other, so that a long queue that moves on is told from a device that hangs.
    TimelinePoint seen = m_reached;
    auto since = Clock::now();
    while (!reached(point)) {
        if (m_reached > seen) {
            seen = m_reached;
            since = Clock::now();
        }
        double const left = seconds - std::chrono::duration<double>(Clock::now() - since).count();
        if (left <= 0) {
            m_context->mark_hung();
            m_context->lose("wait", std::format("it did not answer for {:.3g} seconds", seconds));
        }
        TimelinePoint const next = std::min<TimelinePoint>(point, m_reached + 1);
        VkSemaphoreWaitInfo const info { .sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO,
            .semaphoreCount = 1,
            .pSemaphores = &m_semaphore,
            .pValues = &next };
        auto const nanoseconds = static_cast<std::uint64_t>(std::min(left, 1.0) * 1e9);
        m_context->check(m_context->vk().vkWaitSemaphores(m_context->handle(), &info, nanoseconds), "wait");
    }
    collect();
}

void Timeline::defer(std::move_only_function<void()> release)
{
    {
        std::lock_guard const lock(m_deferred_mutex);
        TimelinePoint const point = m_last;
        // What a lost device may still be running reads its memory until it has been waited for.
        bool now = m_drained;
        try {
            now = now || (!m_context->lost() && reached(point));
        } catch (std::exception const&) {   // lost just now
        }
        if (!now) {
            m_deferred.push_back({ point, std::move(release) });
            return;
        }
    }
    if (!m_context->hung())
        release();
}

void Timeline::collect()
{
    std::deque<Deferred> due;
    {
        std::lock_guard const lock(m_deferred_mutex);
        if (m_deferred.empty() || m_context->lost())
            return;
        update_reached();
        while (!m_deferred.empty() && m_deferred.front().point <= m_reached) {
            due.push_back(std::move(m_deferred.front()));
            m_deferred.pop_front();
        }
    }
    for (Deferred& deferred : due)
        deferred.release();
}

void Timeline::drain() noexcept
{
    if (!m_context->hung())
        m_context->vk().vkDeviceWaitIdle(m_context->handle());   // a lost device returns at once
    std::deque<Deferred> all;
    {
        std::lock_guard const lock(m_deferred_mutex);
        all.swap(m_deferred);
        m_drained = true;
    }
    // A device that hangs may still write to what it holds: that is leaked.
    if (!m_context->hung()) {
        for (Deferred& deferred : all)
            deferred.release();
    }
}

}
