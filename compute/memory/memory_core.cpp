// SPDX-License-Identifier: Apache-2.0
#include "compute/memory/bytes_text.h"
#include "compute/memory/device_memory.h"
#include "compute/tensor/error.h"

#include <algorithm>
#include <format>

namespace igneous {

namespace {

constexpr std::uint64_t alignment = 256;         // what plans count on for offsets within a block
constexpr std::uint64_t dedicated_from = 8u << 20;   // larger blocks get memory of their own, which goes back whole

constexpr VkBufferUsageFlags buffer_usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT
    | VK_BUFFER_USAGE_TRANSFER_DST_BIT | VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT;

}

std::string_view name_of(Intent intent)
{
    switch (intent) {
    case Intent::weights: return "weights";
    case Intent::activations: return "activations";
    case Intent::upload: return "upload";
    case Intent::readback: return "readback";
    case Intent::host: return "host";
    }
    return "?";
}

MemoryCore::MemoryCore(std::shared_ptr<Context> context, std::shared_ptr<Timeline> timeline)
    : m_context(std::move(context))
    , m_timeline(std::move(timeline))
{
    VmaVulkanFunctions const functions { .vkGetInstanceProcAddr = vkGetInstanceProcAddr,
        .vkGetDeviceProcAddr = m_context->instance().vk().get_device_proc_addr };
    VmaAllocatorCreateInfo info {};
    info.flags = VMA_ALLOCATOR_CREATE_BUFFER_DEVICE_ADDRESS_BIT;
    if (m_context->has(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME))
        info.flags |= VMA_ALLOCATOR_CREATE_EXT_MEMORY_BUDGET_BIT;
    if (m_context->has(VK_EXT_MEMORY_PRIORITY_EXTENSION_NAME))
        info.flags |= VMA_ALLOCATOR_CREATE_EXT_MEMORY_PRIORITY_BIT;
    info.physicalDevice = m_context->physical().handle;
    info.device = m_context->handle();
    info.instance = m_context->instance().handle();
    info.vulkanApiVersion = VK_API_VERSION_1_3;
    info.pVulkanFunctions = &functions;
    m_context->check(vmaCreateAllocator(&info, &m_allocator), "memory");

    VkPhysicalDeviceMemoryProperties2 memory { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2 };
    m_context->instance().vk().get_memory_properties(m_context->physical().handle, &memory);
    m_properties = memory.memoryProperties;
    std::uint32_t const heap = heap_of(Intent::weights);
    constexpr VkMemoryPropertyFlags both = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT | VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT;
    for (std::uint32_t i = 0; i < m_properties.memoryTypeCount; ++i) {
        VkMemoryType const& type = m_properties.memoryTypes[i];
        m_whole_memory_is_host_visible |= type.heapIndex == heap && (type.propertyFlags & both) == both;
    }
}

MemoryCore::~MemoryCore()
{
    if (!m_context->hung())
        vmaDestroyAllocator(m_allocator);
}

std::uint32_t MemoryCore::heap_of(Intent intent) const
{
    bool const local = intent == Intent::weights || intent == Intent::activations;
    std::uint32_t best = 0;
    bool found = false;
    for (std::uint32_t i = 0; i < m_properties.memoryHeapCount; ++i) {
        VkMemoryHeap const& heap = m_properties.memoryHeaps[i];
        bool const is_local = heap.flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT;
        if (is_local == local && (!found || heap.size > m_properties.memoryHeaps[best].size)) {
            best = i;
            found = true;
        }
    }
    return best;   // where all memory is one heap, that one
}

VmaAllocationCreateInfo MemoryCore::allocation_info(Intent intent) const
{
    VmaAllocationCreateInfo info {};
    info.usage = VMA_MEMORY_USAGE_UNKNOWN;
    switch (intent) {
    case Intent::weights:
        info.requiredFlags = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
        if (m_whole_memory_is_host_visible)
            info.preferredFlags = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT;
        info.priority = 0.75f;
        break;
    case Intent::activations:
        info.requiredFlags = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
        info.priority = 1;
        break;
    case Intent::upload:
        info.requiredFlags = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT;
        info.preferredFlags = VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
        info.priority = 0.5f;
        break;
    case Intent::readback:
    case Intent::host:
        info.requiredFlags = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT;
        info.preferredFlags = VK_MEMORY_PROPERTY_HOST_CACHED_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
        info.priority = 0.5f;
        break;
    }
    return info;
}

std::uint64_t MemoryCore::device_budget(std::uint64_t* used) const
{
    VmaBudget budgets[VK_MAX_MEMORY_HEAPS];
    vmaGetHeapBudgets(m_allocator, budgets);
    std::uint32_t const heap = heap_of(Intent::weights);
    if (used)
        *used = budgets[heap].usage;
    return budgets[heap].budget;
}

std::uint64_t MemoryCore::room(Intent intent) const
{
    VmaBudget budgets[VK_MAX_MEMORY_HEAPS];
    vmaGetHeapBudgets(m_allocator, budgets);
    VmaBudget const& budget = budgets[heap_of(intent)];
    // Free parts of the allocator's own blocks count as used there, but small buffers find room in them.
    std::uint64_t free = budget.budget > budget.usage ? budget.budget - budget.usage : 0;
    free += budget.statistics.blockBytes - budget.statistics.allocationBytes;
    if (m_limit && intent != Intent::host)
        free = std::min(free, m_limit > m_use.total ? m_limit - m_use.total : 0);
    return free;
}

void MemoryCore::check_size(std::uint64_t bytes, std::string_view what) const
{
    std::uint64_t const most = m_context->info().profile.max_buffer_bytes;
    if (bytes > most)
        fail(ErrorCode::out_of_memory, "memory: {} needs {} in one piece, expected at most {} on {}", what,
            bytes_text(bytes), bytes_text(most), m_context->info().name);
}

void MemoryCore::check_room(std::uint64_t bytes, Intent intent, std::string_view what, std::uint64_t reused)
{
    std::unique_lock lock(m_mutex);
    if (bytes <= room(intent) + reused)
        return;
    lock.unlock();
    m_timeline->wait(m_timeline->last_submitted(), 120);   // memory may be waiting for the device to be done with it
    lock.lock();
    std::uint64_t const free = room(intent) + reused;
    if (bytes > free)
        fail(ErrorCode::out_of_memory, "memory: {} ({}) needs {}, but {} are free on {}{}", what, name_of(intent),
            bytes_text(bytes), bytes_text(free), m_context->info().name,
            m_limit ? std::format(" (limit {})", bytes_text(m_limit)) : "");
}

Block MemoryCore::allocate(std::uint64_t bytes, Intent intent, std::string_view what)
{
    m_context->throw_if_lost("memory");
    m_timeline->collect();
    require(bytes > 0, "memory: {} is empty, expected at least 1 byte", what);
    check_size(bytes, what);
    check_room(bytes, intent, what);

    // llvmpipe runs a loop's masked loads once past its end: room there keeps the last buffer of a mapping from a crash.
    std::uint64_t const slack = m_context->info().profile.cpu ? 4096 : 0;
    std::uint32_t const families[] { m_context->physical().queue_family, m_context->physical().copy_family };
    bool const two = families[0] != families[1];
    VkBufferCreateInfo const buffer_info { .sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
        .size = (bytes + 15) / 16 * 16 + slack,   // kernels may read whole vectors at the end
        .usage = buffer_usage,
        .sharingMode = two ? VK_SHARING_MODE_CONCURRENT : VK_SHARING_MODE_EXCLUSIVE,
        .queueFamilyIndexCount = two ? 2u : 0u,
        .pQueueFamilyIndices = families };
    VmaAllocationCreateInfo info = allocation_info(intent);
    if (bytes >= dedicated_from)
        info.flags |= VMA_ALLOCATION_CREATE_DEDICATED_MEMORY_BIT;
    Block block { .bytes = bytes };
    VmaAllocationInfo placed {};
    VkResult const result = vmaCreateBufferWithAlignment(
        m_allocator, &buffer_info, &info, alignment, &block.buffer, &block.allocation, &placed);
    if (result == VK_ERROR_OUT_OF_DEVICE_MEMORY || result == VK_ERROR_OUT_OF_HOST_MEMORY)
        fail(ErrorCode::out_of_memory, "memory: {} ({}) needs {}, which {} refused", what, name_of(intent),
            bytes_text(bytes), m_context->info().name);
    m_context->check(result, "memory");
    vmaGetAllocationMemoryProperties(m_allocator, block.allocation, &block.properties);
    if (block.properties & VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT) {
        void* mapped = nullptr;
        if (VkResult const map = vmaMapMemory(m_allocator, block.allocation, &mapped); map != VK_SUCCESS) {
            vmaDestroyBuffer(m_allocator, block.buffer, block.allocation);
            m_context->check(map, "memory");
        }
        block.mapped = static_cast<std::byte*>(mapped);
    }
    VkBufferDeviceAddressInfo const address { .sType = VK_STRUCTURE_TYPE_BUFFER_DEVICE_ADDRESS_INFO,
        .buffer = block.buffer };
    block.address = m_context->vk().vkGetBufferDeviceAddress(m_context->handle(), &address);
    m_context->name(VK_OBJECT_TYPE_BUFFER, reinterpret_cast<std::uint64_t>(block.buffer), std::string(what));

    std::lock_guard const lock(m_mutex);
    m_use.by_intent[static_cast<std::size_t>(intent)] += bytes;
    m_use.total += intent == Intent::host ? 0 : bytes;
    m_use.peak = std::max(m_use.peak, m_use.total);
    return block;
}

void MemoryCore::release(Block block, Intent intent)
{
    m_timeline->defer([core = shared_from_this(), block, intent] { core->release_now(block, intent); });
}

void MemoryCore::release_now(Block const& block, Intent intent)
{
    if (block.mapped)
        vmaUnmapMemory(m_allocator, block.allocation);
    vmaDestroyBuffer(m_allocator, block.buffer, block.allocation);
    std::lock_guard const lock(m_mutex);
    m_use.by_intent[static_cast<std::size_t>(intent)] -= block.bytes;
    m_use.total -= intent == Intent::host ? 0 : block.bytes;
}

void MemoryCore::flush(Block const& block, std::uint64_t offset, std::uint64_t bytes)
{
    if (!(block.properties & VK_MEMORY_PROPERTY_HOST_COHERENT_BIT))
        m_context->check(vmaFlushAllocation(m_allocator, block.allocation, offset, bytes), "memory");
}

void MemoryCore::invalidate(Block const& block, std::uint64_t offset, std::uint64_t bytes)
{
    if (!(block.properties & VK_MEMORY_PROPERTY_HOST_COHERENT_BIT))
        m_context->check(vmaInvalidateAllocation(m_allocator, block.allocation, offset, bytes), "memory");
}

MemoryUse MemoryCore::use() const
{
    std::lock_guard const lock(m_mutex);
    MemoryUse use = m_use;
    use.budget = device_budget(nullptr);
    if (m_limit)
        use.budget = std::min(use.budget, m_limit);
    return use;
}

void MemoryCore::reset_peak()
{
    std::lock_guard const lock(m_mutex);
    m_use.peak = m_use.total;
}

void MemoryCore::set_limit(std::uint64_t bytes)
{
    std::lock_guard const lock(m_mutex);
    m_limit = bytes;
}

}
