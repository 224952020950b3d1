// SPDX-License-Identifier: Apache-2.0
#include "compute/device/vulkan_device.h"

#include "compute/kernels/tune_table.h"
#include "compute/tensor/error.h"

#include <algorithm>
#include <cstring>
#include <format>

namespace igneous {

namespace {

constexpr double patience = 120;   // seconds without any progress until the device counts as hung

void check_range(std::string_view who, Buffer const& buffer, std::uint64_t offset, std::uint64_t bytes)
{
    if (offset > buffer.size() || bytes > buffer.size() - offset)
        fail(ErrorCode::internal, "{}: bytes {} to {} of a buffer of {}", who, offset, offset + bytes, buffer.size());
}

}

VulkanDevice::VulkanDevice(
    std::shared_ptr<Instance> instance, PhysicalDevice physical, std::string const& cache_folder, Tuning tuning)
    : m_context(std::make_shared<Context>(instance, physical))
    , m_timeline(std::make_shared<Timeline>(m_context, m_context->queue()))
    , m_brought(std::make_shared<Timeline>(m_context, m_context->copy_queue()))
    , m_core(std::make_shared<MemoryCore>(m_context, m_timeline))
    , m_info(m_context->info())
    , m_tuning { tuning, CacheFile(m_context->physical(), cache_folder, "tuning"), {} }
    , m_memory(m_core)
    , m_pipelines(m_context, std::make_unique<CacheFile>(m_context->physical(), cache_folder, "pipelines"))
    , m_once(m_context, m_timeline)
    , m_once_brought(m_context, m_brought)
    , m_staging(m_core)
{
    if (SoftwareJit::helps(*instance, physical))
        m_jit = std::make_unique<SoftwareJit>(std::move(instance), std::move(physical), cache_folder);
    if (m_tuning.mode == Tuning::automatic)
        m_tuning.mode = m_info.profile.cpu ? Tuning::fixed : Tuning::full;
    if (m_tuning.mode != Tuning::off)
        load_tuning();
}

void VulkanDevice::load_tuning()
{
    if (!m_tuning.file.exists())
        return;
    std::vector<std::byte> const stored = m_tuning.file.load();
    if (auto table = read_tune_table({ reinterpret_cast<char const*>(stored.data()), stored.size() }))
        m_info.profile.tune = std::make_shared<TuneTable const>(std::move(*table));
    else
        m_tuning.trouble = std::format("what was measured to choose the fastest kernels ({}) is damaged and is not used",
            m_tuning.file.path().string());
}

void VulkanDevice::keep_tuning(std::shared_ptr<TuneTable const> table)
{
    m_info.profile.tune = std::move(table);
    std::string const text = write_tune_table(*m_info.profile.tune);
    m_tuning.file.store(std::as_bytes(std::span(text)));
}

VulkanDevice::~VulkanDevice()
{
    m_staging.release();
    m_timeline->drain();
    m_brought->drain();
}

void VulkanDevice::prepare(std::span<Dispatch const* const> dispatches)
{
    if (m_jit)
        m_jit->prepare(dispatches);
    m_pipelines.prepare(dispatches);
}

std::unique_ptr<Recording> VulkanDevice::record(std::span<BoundDispatch const> dispatches, bool timestamps)
{
    return std::make_unique<DeviceRecording>(m_context, m_timeline, m_pipelines, dispatches, timestamps);
}

TimelinePoint VulkanDevice::submit(Recording& recording, BringPoint brought)
{
    std::lock_guard const lock(m_mutex);
    After const after = brought > 0 ? After { m_brought.get(), brought } : After {};
    return static_cast<DeviceRecording&>(recording).submit(after);
}

TimelinePoint VulkanDevice::submit_once(std::span<BoundDispatch const> dispatches)
{
    std::lock_guard const lock(m_mutex);
    return m_once.submit(
        [&](VkCommandBuffer commands) { record_dispatches(*m_context, m_pipelines, commands, dispatches); });
}

TimelinePoint VulkanDevice::copy_bytes(VkBuffer source, std::uint64_t source_offset, VkBuffer target,
    std::uint64_t target_offset, std::uint64_t bytes)
{
    return m_once.submit([&](VkCommandBuffer commands) {
        VkBufferCopy const region { source_offset, target_offset, bytes };
        m_context->vk().vkCmdCopyBuffer(commands, source, target, 1, &region);
    });
}

TimelinePoint VulkanDevice::copy(Buffer const& source, std::uint64_t source_offset, Buffer& target,
    std::uint64_t target_offset, std::uint64_t bytes)
{
    check_range("copy", source, source_offset, bytes);
    check_range("copy", target, target_offset, bytes);
    std::uint64_t const distance
        = source_offset < target_offset ? target_offset - source_offset : source_offset - target_offset;
    if (&source == &target && distance < bytes)
        fail(ErrorCode::internal, "copy: {} bytes from {} to {} of one buffer overlap", bytes, source_offset,
            target_offset);
    std::lock_guard const lock(m_mutex);
    if (bytes == 0)
        return m_timeline->last_submitted();
    return copy_bytes(device_buffer(source).block().buffer, source_offset, device_buffer(target).block().buffer,
        target_offset, bytes);
}

BringPoint VulkanDevice::bring(std::span<BufferCopy const> copies, TimelinePoint after)
{
    for (BufferCopy const& copy : copies) {
        check_range("bring", *copy.source, copy.source_offset, copy.bytes);
        check_range("bring", *copy.target, copy.target_offset, copy.bytes);
    }
    std::lock_guard const lock(m_mutex);
    return m_once_brought.submit(
        [&](VkCommandBuffer commands) {
            for (BufferCopy const& copy : copies) {
                VkBufferCopy const region { copy.source_offset, copy.target_offset, copy.bytes };
                m_context->vk().vkCmdCopyBuffer(commands, device_buffer(*copy.source).block().buffer,
                    device_buffer(*copy.target).block().buffer, 1, &region);
            }
        },
        { m_timeline.get(), after });
}

void VulkanDevice::wait_for_brought(BringPoint point) { m_brought->wait(point, patience); }

TimelinePoint VulkanDevice::update(Buffer& target, std::uint64_t offset, std::span<std::byte const> bytes)
{
    check_range("update", target, offset, bytes.size());
    m_context->throw_if_lost("update");
    std::lock_guard const lock(m_mutex);
    if (bytes.empty())
        return m_timeline->last_submitted();
    Block const& block = device_buffer(target).block();
    if (block.mapped && m_timeline->reached(m_timeline->last_submitted())) {
        // Nothing runs that could still read what was there before: no need for a copy.
        std::memcpy(block.mapped + offset, bytes.data(), bytes.size());
        m_core->flush(block, offset, bytes.size());
        return m_timeline->last_submitted();
    }
    std::uint64_t done = 0;
    while (done < bytes.size()) {
        Staging::Piece const piece = m_staging.upload(bytes.size() - done, bytes.size());
        std::memcpy(piece.bytes.data(), bytes.data() + done, piece.bytes.size());
        m_core->flush(*piece.block, piece.offset, piece.bytes.size());
        TimelinePoint const point
            = copy_bytes(piece.block->buffer, piece.offset, block.buffer, offset + done, piece.bytes.size());
        m_staging.uploaded(piece, point);
        done += piece.bytes.size();
    }
    return m_timeline->last_submitted();
}

void VulkanDevice::read(Buffer const& source, std::uint64_t offset, std::span<std::byte> bytes)
{
    check_range("read", source, offset, bytes.size());
    std::lock_guard const lock(m_mutex);
    m_timeline->wait(m_timeline->last_submitted(), patience);
    if (bytes.empty())
        return;
    DeviceBuffer const& buffer = device_buffer(source);
    Block const& block = buffer.block();
    // Memory the host does not cache is read many times slower than it is copied from.
    if (block.mapped && block.properties & VK_MEMORY_PROPERTY_HOST_CACHED_BIT) {
        m_core->invalidate(block, offset, bytes.size());
        std::memcpy(bytes.data(), block.mapped + offset, bytes.size());
        return;
    }
    read_through_staging(buffer, offset, bytes);
}

void VulkanDevice::read_through_staging(DeviceBuffer const& source, std::uint64_t offset, std::span<std::byte> bytes)
{
    std::uint64_t done = 0;
    while (done < bytes.size()) {
        DeviceBuffer const& block = m_staging.readback(bytes.size() - done);
        std::uint64_t const piece = std::min<std::uint64_t>(bytes.size() - done, block.size());
        m_timeline->wait(copy_bytes(source.block().buffer, offset + done, block.block().buffer, 0, piece), patience);
        m_core->invalidate(block.block(), 0, piece);
        std::memcpy(bytes.data() + done, block.block().mapped, piece);
        done += piece;
    }
}

std::vector<double> VulkanDevice::timestamps(Recording& recording)
{
    return static_cast<DeviceRecording&>(recording).timestamps();
}

std::vector<std::string> VulkanDevice::validation_messages() const
{
    // What GPU-assisted checks found is reported only when the queue is waited for.
    if (m_context->instance().validation() == Validation::gpu_assisted && !m_context->lost()) {
        std::lock_guard const lock(m_mutex);
        m_context->vk().vkDeviceWaitIdle(m_context->handle());
    }
    return m_context->instance().messages();
}

}
