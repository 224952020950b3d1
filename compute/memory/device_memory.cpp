// SPDX-License-Identifier: Apache-2.0
#include "compute/memory/device_memory.h"

#include "compute/tensor/error.h"

#include <utility>

namespace igneous {

DeviceBuffer::DeviceBuffer(
    std::shared_ptr<MemoryCore> core, std::uint64_t bytes, Intent intent, std::string_view what)
    : m_core(std::move(core))
    , m_block(m_core->allocate(bytes, intent, what))
    , m_intent(intent)
{
}

DeviceBuffer::~DeviceBuffer()
{
    if (m_block.buffer)
        m_core->release(m_block, m_intent);
}

void DeviceBuffer::grow(std::uint64_t bytes, std::string_view what)
{
    m_core->check_size(bytes, what);
    m_core->check_room(bytes, m_intent, what, m_block.bytes);
    m_core->release_now(std::exchange(m_block, {}), m_intent);   // first, so that both need not fit
    m_block = m_core->allocate(bytes, m_intent, what);
}

std::unique_ptr<Buffer> DeviceMemory::allocate(std::uint64_t bytes, Intent intent, std::string_view what)
{
    return std::make_unique<DeviceBuffer>(m_core, bytes, intent, what);
}

std::shared_ptr<Buffer> DeviceMemory::arena(std::uint64_t bytes)
{
    std::lock_guard const lock(m_mutex);
    if (!m_arena) {
        m_arena = std::make_shared<DeviceBuffer>(m_core, bytes, Intent::activations, "activation arena");
    } else if (m_arena->size() < bytes) {
        Timeline& timeline = m_core->timeline();
        timeline.wait(timeline.last_submitted(), 120);
        m_arena->grow(bytes, "activation arena");
    }
    return m_arena;
}

void DeviceMemory::release_arena()
{
    std::lock_guard const lock(m_mutex);
    if (m_arena.use_count() == 1)
        m_arena.reset();
}

}
