// SPDX-License-Identifier: Apache-2.0
#include "compute/device/recording.h"

#include "compute/tensor/error.h"

namespace igneous {

namespace {

void check_dispatch(Context const& context, BoundDispatch const& bound)
{
    Dispatch const& dispatch = *bound.dispatch;
    DeviceProfile const& profile = context.info().profile;
    for (std::size_t i = 0; i < 3; ++i) {
        if (dispatch.groups[i] == 0 || dispatch.groups[i] > profile.max_workgroup_count[i])
            fail(ErrorCode::internal, "{} ({}): {} x {} x {} workgroups, expected 1 to {} x {} x {} on {}",
                dispatch.shader, dispatch.label, dispatch.groups[0], dispatch.groups[1], dispatch.groups[2],
                profile.max_workgroup_count[0], profile.max_workgroup_count[1], profile.max_workgroup_count[2],
                profile.name);
    }
    if (bound.push.size() > Pipelines::push_bytes || bound.push.size() % 4 != 0)
        fail(ErrorCode::internal, "{} ({}): {} bytes of push constants, expected a multiple of 4, at most {}",
            dispatch.shader, dispatch.label, bound.push.size(), Pipelines::push_bytes);
}

}

void record_dispatches(Context& context, Pipelines& pipelines, VkCommandBuffer commands,
    std::span<BoundDispatch const> dispatches, Queries queries)
{
    VolkDeviceTable const& vk = context.vk();
    VkPipeline current = VK_NULL_HANDLE;
    if (queries.pool) {
        vk.vkCmdResetQueryPool(commands, queries.pool, 0, static_cast<std::uint32_t>(dispatches.size()) + 1);
        vk.vkCmdWriteTimestamp2(commands, VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT, queries.pool, 0);
    }
    std::uint32_t number = 0;
    for (BoundDispatch const& bound : dispatches) {
        check_dispatch(context, bound);
        if (bound.barrier_before || queries.pool)
            dispatch_barrier(context, commands);
        if (VkPipeline const pipeline = pipelines.get(*bound.dispatch); pipeline != current) {
            vk.vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline);
            current = pipeline;
        }
        if (!bound.push.empty())
            vk.vkCmdPushConstants(commands, pipelines.layout(), VK_SHADER_STAGE_COMPUTE_BIT, 0,
                static_cast<std::uint32_t>(bound.push.size()), bound.push.data());
        context.label(commands, bound.dispatch->label.empty() ? bound.dispatch->shader : bound.dispatch->label);
        auto const& groups = bound.dispatch->groups;
        vk.vkCmdDispatch(commands, groups[0], groups[1], groups[2]);
        if (queries.pool)
            vk.vkCmdWriteTimestamp2(commands, VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT, queries.pool, ++number);
    }
}

DeviceRecording::DeviceRecording(std::shared_ptr<Context> context, std::shared_ptr<Timeline> timeline,
    Pipelines& pipelines, std::span<BoundDispatch const> dispatches, bool timestamps)
    : m_context(std::move(context))
    , m_timeline(std::move(timeline))
    , m_count(dispatches.size())
{
    m_context->throw_if_lost("record");
    try {
        if (timestamps) {
            VkQueryPoolCreateInfo const info { .sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO,
                .queryType = VK_QUERY_TYPE_TIMESTAMP,
                .queryCount = static_cast<std::uint32_t>(m_count) + 1 };
            m_context->check(m_context->vk().vkCreateQueryPool(m_context->handle(), &info, nullptr, &m_queries.pool),
                "record: timestamps");
        }
        m_pool = create_command_pool(*m_context, m_context->queue(), 0);
        m_commands = allocate_commands(*m_context, m_pool);
        begin_commands(*m_context, m_commands, VK_COMMAND_BUFFER_USAGE_SIMULTANEOUS_USE_BIT);
        record_dispatches(*m_context, pipelines, m_commands, dispatches, m_queries);
        end_commands(*m_context, m_context->queue(), m_commands);
    } catch (...) {
        destroy();
        throw;
    }
}

DeviceRecording::~DeviceRecording() { destroy(); }

void DeviceRecording::destroy()
{
    m_timeline->defer([context = m_context, pool = m_pool, queries = m_queries] {
        context->vk().vkDestroyCommandPool(context->handle(), pool, nullptr);
        context->vk().vkDestroyQueryPool(context->handle(), queries.pool, nullptr);
    });
}

TimelinePoint DeviceRecording::submit(After after)
{
    m_last_run = m_timeline->submit(m_commands, after);
    return m_last_run;
}

std::vector<double> DeviceRecording::timestamps()
{
    if (!m_queries.pool)
        fail(ErrorCode::internal, "timestamps: the recording was made without them");
    if (m_last_run == 0)
        fail(ErrorCode::internal, "timestamps: the recording has not been submitted");
    m_timeline->wait(m_last_run, 120);
    std::vector<std::uint64_t> ticks(m_count + 1);
    m_context->check(m_context->vk().vkGetQueryPoolResults(m_context->handle(), m_queries.pool, 0,
                         static_cast<std::uint32_t>(ticks.size()), ticks.size() * 8, ticks.data(), 8,
                         VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WAIT_BIT),
        "timestamps");
    DeviceLimits const& limits = m_context->limits();
    std::uint64_t const mask = limits.timestamp_bits >= 64 ? ~0ull : (1ull << limits.timestamp_bits) - 1;
    std::vector<double> milliseconds(m_count);
    for (std::size_t i = 0; i < m_count; ++i)
        milliseconds[i] = static_cast<double>((ticks[i + 1] - ticks[i]) & mask) * limits.nanoseconds_per_tick * 1e-6;
    return milliseconds;
}

}
