// SPDX-License-Identifier: Apache-2.0
#pragma once

// Memory of one device: VMA below, the budget and the books above.

#include "compute/device/timeline.h"
#include "compute/memory/memory.h"
#include "compute/memory/vma.h"

#include <memory>
#include <mutex>

namespace igneous {

/// One VkBuffer with its memory, as the allocator gave it.
struct Block {
    VkBuffer buffer = VK_NULL_HANDLE;
    VmaAllocation allocation = nullptr;
    std::uint64_t address = 0;
    std::uint64_t bytes = 0;
    std::byte* mapped = nullptr;
    VkMemoryPropertyFlags properties = 0;
};

/// The allocator and the books; buffers share it, so that it goes after the last of them.
class MemoryCore : public std::enable_shared_from_this<MemoryCore> {
public:
    MemoryCore(std::shared_ptr<Context> context, std::shared_ptr<Timeline> timeline);
    ~MemoryCore();
    MemoryCore(MemoryCore const&) = delete;
    MemoryCore& operator=(MemoryCore const&) = delete;

    /// Throws out_of_memory before it asks the driver for what cannot fit.
    Block allocate(std::uint64_t bytes, Intent intent, std::string_view what);
    /// Gives the memory back once everything submitted by now is done.
    void release(Block block, Intent intent);
    /// Gives it back now; the caller has waited.
    void release_now(Block const& block, Intent intent);
    /// Throws out_of_memory unless one buffer may be that large.
    void check_size(std::uint64_t bytes, std::string_view what) const;
    /// Throws out_of_memory unless `bytes` fit once `reused` are given back.
    void check_room(std::uint64_t bytes, Intent intent, std::string_view what, std::uint64_t reused = 0);

    /// Makes host writes / device writes of a range visible to the other side, where the memory is not coherent.
    void flush(Block const& block, std::uint64_t offset, std::uint64_t bytes);
    void invalidate(Block const& block, std::uint64_t offset, std::uint64_t bytes);

    MemoryUse use() const;
    void reset_peak();
    void set_limit(std::uint64_t bytes);
    Context& context() { return *m_context; }
    Timeline& timeline() { return *m_timeline; }

private:
    std::uint64_t room(Intent intent) const;
    std::uint64_t device_budget(std::uint64_t* used) const;
    std::uint32_t heap_of(Intent intent) const;
    VmaAllocationCreateInfo allocation_info(Intent intent) const;

    std::shared_ptr<Context> m_context;
    std::shared_ptr<Timeline> m_timeline;
    VmaAllocator m_allocator = nullptr;
    VkPhysicalDeviceMemoryProperties m_properties {};
    bool m_whole_memory_is_host_visible = false;   // shared memory, or a PCI window as large as the card's memory
    mutable std::mutex m_mutex;
    MemoryUse m_use;
    std::uint64_t m_limit = 0;
};

/// What Memory::allocate returns.
class DeviceBuffer final : public Buffer {
public:
    DeviceBuffer(std::shared_ptr<MemoryCore> core, std::uint64_t bytes, Intent intent, std::string_view what);
    ~DeviceBuffer() override;
    DeviceBuffer(DeviceBuffer const&) = delete;
    DeviceBuffer& operator=(DeviceBuffer const&) = delete;

    std::uint64_t address() const override { return m_block.address; }
    std::uint64_t size() const override { return m_block.bytes; }
    Intent intent() const override { return m_intent; }
    std::span<std::byte> mapped() override { return { m_block.mapped, m_block.mapped ? m_block.bytes : 0 }; }
    Block const& block() const { return m_block; }
    MemoryCore& core() const { return *m_core; }
    /// Another, larger block in place of this one, whose contents are lost; nothing may be running.
    void grow(std::uint64_t bytes, std::string_view what);

private:
    std::shared_ptr<MemoryCore> m_core;
    Block m_block;
    Intent m_intent;
};

class DeviceMemory final : public Memory {
public:
    explicit DeviceMemory(std::shared_ptr<MemoryCore> core)
        : m_core(std::move(core))
    {
    }
    std::unique_ptr<Buffer> allocate(std::uint64_t bytes, Intent intent, std::string_view what) override;
    void require_room(std::uint64_t bytes, Intent intent, std::string_view what) override
    {
        m_core->check_room(bytes, intent, what);
    }
    MemoryUse use() const override { return m_core->use(); }
    void reset_peak() override { m_core->reset_peak(); }
    void set_limit(std::uint64_t bytes) override { m_core->set_limit(bytes); }
    std::shared_ptr<Buffer> arena(std::uint64_t bytes) override;
    void release_arena() override;

private:
    std::shared_ptr<MemoryCore> m_core;
    std::mutex m_mutex;
    std::shared_ptr<DeviceBuffer> m_arena;
};

/// Buffers of a Device are DeviceBuffers.
inline DeviceBuffer const& device_buffer(Buffer const& buffer) { return static_cast<DeviceBuffer const&>(buffer); }

std::string_view name_of(Intent intent);

}
