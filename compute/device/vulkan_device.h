// SPDX-License-Identifier: Apache-2.0
#pragma once

// What Device::open returns: the parts of this folder and of compute/memory put together.

#include "compute/device/recording.h"
#include "compute/device/software_jit.h"
#include "compute/memory/staging.h"

#include <mutex>

namespace igneous {

class VulkanDevice final : public Device {
public:
    VulkanDevice(
        std::shared_ptr<Instance> instance, PhysicalDevice physical, std::string const& cache_folder, Tuning tuning);
    ~VulkanDevice() override;

    DeviceInfo const& info() const override { return m_info; }
    DeviceProfile const& profile() const override { return m_info.profile; }
    void disable(std::string variant) override { m_info.profile.disabled.insert(std::move(variant)); }
    Memory& memory() override { return m_memory; }
    Tuning tuning() const override { return m_tuning.mode; }
    std::string const& tuning_trouble() const override { return m_tuning.trouble; }
    void keep_tuning(std::shared_ptr<TuneTable const> table) override;

    void prepare(std::span<Dispatch const* const> dispatches) override;
    void save_pipeline_cache() override { m_pipelines.save(); }

    std::unique_ptr<Recording> record(std::span<BoundDispatch const> dispatches, bool timestamps) override;
    TimelinePoint submit(Recording& recording, BringPoint brought) override;
    TimelinePoint submit_once(std::span<BoundDispatch const> dispatches) override;
    TimelinePoint copy(Buffer const& source, std::uint64_t source_offset, Buffer& target, std::uint64_t target_offset,
        std::uint64_t bytes) override;
    TimelinePoint update(Buffer& target, std::uint64_t offset, std::span<std::byte const> bytes) override;
    BringPoint bring(std::span<BufferCopy const> copies, TimelinePoint after) override;
    void wait_for_brought() override { wait_for_brought(m_brought->last_submitted()); }
    bool brought(BringPoint point) override { return m_brought->reached(point); }
    void wait_for_brought(BringPoint point) override;
    void read(Buffer const& source, std::uint64_t offset, std::span<std::byte> bytes) override;

    TimelinePoint last_submitted() const override { return m_timeline->last_submitted(); }
    bool reached(TimelinePoint point) override { return m_timeline->reached(point); }
    void wait(TimelinePoint point, double seconds) override { m_timeline->wait(point, seconds); }
    std::vector<double> timestamps(Recording& recording) override;
    std::vector<std::string> validation_messages() const override;
    void simulate_loss() override { m_timeline->simulate_loss(); }

private:
    struct TuningState {
        Tuning mode;
        CacheFile file;
        std::string trouble;
    };
    void load_tuning();
    TimelinePoint copy_bytes(VkBuffer source, std::uint64_t source_offset, VkBuffer target, std::uint64_t target_offset,
        std::uint64_t bytes);
    void read_through_staging(DeviceBuffer const& source, std::uint64_t offset, std::span<std::byte> bytes);

    std::shared_ptr<Context> m_context;
    std::shared_ptr<Timeline> m_timeline, m_brought;   // of what computes; of bring()
    std::shared_ptr<MemoryCore> m_core;
    DeviceInfo m_info;
    TuningState m_tuning;
    DeviceMemory m_memory;
    Pipelines m_pipelines;
    std::unique_ptr<SoftwareJit> m_jit;   // null for graphics cards
    mutable std::mutex m_mutex;   // whoever submits holds it: host writes and submissions keep their order
    OnceCommands m_once, m_once_brought;
    Staging m_staging;
};

}
