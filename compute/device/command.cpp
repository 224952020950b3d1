// SPDX-License-Identifier: Apache-2.0
#include "compute/device/command.h"

namespace igneous {

namespace {

void memory_barrier(Context const& context, VkCommandBuffer commands, VkMemoryBarrier2 barrier)
{
    barrier.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER_2;
    VkDependencyInfo const info { .sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO,
        .memoryBarrierCount = 1,
        .pMemoryBarriers = &barrier };
    context.vk().vkCmdPipelineBarrier2(commands, &info);
}

}

void dispatch_barrier(Context const& context, VkCommandBuffer commands)
{
    memory_barrier(context, commands,
        { .srcStageMask = VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
            .srcAccessMask = VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT,
            .dstStageMask = VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT,
            .dstAccessMask = VK_ACCESS_2_SHADER_STORAGE_READ_BIT | VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT });
}

void full_barrier(Context const& context, VkCommandBuffer commands)
{
    constexpr VkPipelineStageFlags2 work
        = VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT;
    constexpr VkAccessFlags2 writes = VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT | VK_ACCESS_2_TRANSFER_WRITE_BIT;
    constexpr VkAccessFlags2 reads = VK_ACCESS_2_SHADER_STORAGE_READ_BIT | VK_ACCESS_2_TRANSFER_READ_BIT;
    memory_barrier(context, commands,
        { .srcStageMask = work,
            .srcAccessMask = writes,
            .dstStageMask = work | VK_PIPELINE_STAGE_2_HOST_BIT,
            .dstAccessMask = reads | writes | VK_ACCESS_2_HOST_READ_BIT });
}

void host_barrier(Context const& context, VkCommandBuffer commands)
{
    memory_barrier(context, commands,
        { .srcStageMask = VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT,
            .srcAccessMask = VK_ACCESS_2_TRANSFER_WRITE_BIT,
            .dstStageMask = VK_PIPELINE_STAGE_2_HOST_BIT,
            .dstAccessMask = VK_ACCESS_2_HOST_READ_BIT });
}

VkCommandPool create_command_pool(Context& context, Queue const& queue, VkCommandPoolCreateFlags flags)
{
    VkCommandPoolCreateInfo const info { .sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
        .flags = flags,
        .queueFamilyIndex = queue.family };
    VkCommandPool pool = VK_NULL_HANDLE;
    context.check(context.vk().vkCreateCommandPool(context.handle(), &info, nullptr, &pool), "device: command pool");
    return pool;
}

VkCommandBuffer allocate_commands(Context& context, VkCommandPool pool)
{
    VkCommandBufferAllocateInfo const info { .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
        .commandPool = pool,
        .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
        .commandBufferCount = 1 };
    VkCommandBuffer commands = VK_NULL_HANDLE;
    context.check(context.vk().vkAllocateCommandBuffers(context.handle(), &info, &commands), "device: command buffer");
    return commands;
}

void begin_commands(Context& context, VkCommandBuffer commands, VkCommandBufferUsageFlags flags)
{
    VkCommandBufferBeginInfo const info { .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO, .flags = flags };
    context.check(context.vk().vkBeginCommandBuffer(commands, &info), "device: command buffer");
}

void end_commands(Context& context, Queue const& queue, VkCommandBuffer commands)
{
    if (queue.family == context.queue().family)
        full_barrier(context, commands);
    else
        host_barrier(context, commands);
    context.check(context.vk().vkEndCommandBuffer(commands), "device: command buffer");
}

OnceCommands::OnceCommands(std::shared_ptr<Context> context, std::shared_ptr<Timeline> timeline)
    : m_context(std::move(context))
    , m_timeline(std::move(timeline))
    , m_pool(create_command_pool(*m_context, m_timeline->queue(),
          VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT | VK_COMMAND_POOL_CREATE_TRANSIENT_BIT))
{
}

OnceCommands::~OnceCommands()
{
    if (!m_context->hung())
        m_context->vk().vkDestroyCommandPool(m_context->handle(), m_pool, nullptr);   // the owner has waited
}

VkCommandBuffer OnceCommands::begin()
{
    m_context->throw_if_lost("submit");
    VkCommandBuffer commands = VK_NULL_HANDLE;
    if (!m_used.empty() && m_timeline->reached(m_used.front().point)) {
        commands = m_used.front().commands;
        m_used.pop_front();
    } else {
        commands = allocate_commands(*m_context, m_pool);
    }
    begin_commands(*m_context, commands, VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT);
    return commands;
}

void OnceCommands::abandon(VkCommandBuffer commands)
{
    m_context->vk().vkFreeCommandBuffers(m_context->handle(), m_pool, 1, &commands);
}

TimelinePoint OnceCommands::end(VkCommandBuffer commands, After after)
{
    TimelinePoint point = 0;
    try {
        end_commands(*m_context, m_timeline->queue(), commands);
        point = m_timeline->submit(commands, after);
    } catch (...) {
        abandon(commands);
        throw;
    }
    m_used.push_back({ point, commands });
    return point;
}

}
