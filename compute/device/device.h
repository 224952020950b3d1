// SPDX-License-Identifier: Apache-2.0
#pragma once

// One logical device with its queue, memory, pipelines and timeline. The only creator of Vulkan objects; this header
// shows none of them. A lost device is an Error(device_lost); drop every object of it and open it again.

#include "compute/device/profile.h"
#include "compute/graph/dispatch.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

class Memory;
class Buffer;

struct DeviceInfo {
    std::size_t index = 0;
    std::string name, driver, api_version, uuid;
    std::uint64_t memory_bytes = 0;        // of the largest device-local heap
    DeviceProfile profile;
    std::optional<std::string> unusable;   // why it cannot run Igneous, in words
};

/// How tiles of kernels are chosen. Every tile gives the same bits, so that this is about speed only.
enum class Tuning : std::uint8_t {
    automatic,     // IGNEOUS_TUNE, else full on GPUs, and fixed on CPUs, which take longer to compile than they would save
    off,           // by the fixed rules
    fixed,         // by what was measured before; nothing is measured
    full,          // what was not measured yet is, before it runs
};
/// "off", "fixed", "full", or empty: automatic. Throws invalid_argument for other words.
Tuning tuning_from(std::string_view word);

/// Which device: by index or part of the name (case ignored); empty: IGNEOUS_DEVICE, else the fastest kind that works.
struct DeviceSelection {
    std::string name_or_index;
    bool validation = false;               // also IGNEOUS_VALIDATION=1|gpu: layers with synchronization / GPU-assisted checks
    std::string cache_folder;              // of the pipeline cache; empty: the user's cache folder
    Tuning tuning = Tuning::automatic;
};

/// A recorded list of dispatches that can be submitted again and again.
class Recording;

/// Point on the device's timeline; larger is later.
using TimelinePoint = std::uint64_t;
/// Point on the timeline of bring(); 0: none.
using BringPoint = std::uint64_t;

/// Bytes from one buffer to another.
struct BufferCopy {
    Buffer const* source = nullptr;
    std::uint64_t source_offset = 0;
    Buffer* target = nullptr;
    std::uint64_t target_offset = 0, bytes = 0;
};

/// A dispatch with its addresses filled in.
struct BoundDispatch {
    Dispatch const* dispatch = nullptr;
    std::vector<std::byte> push;
    bool barrier_before = false;
};

class Device : public std::enable_shared_from_this<Device> {
public:
    /// Every physical device of this machine. Throws no_device if there is no Vulkan loader or driver at all.
    static std::vector<DeviceInfo> list();
    static std::shared_ptr<Device> open(DeviceSelection const& selection = {});
    virtual ~Device() = default;

    virtual DeviceInfo const& info() const = 0;
    virtual DeviceProfile const& profile() const = 0;
    /// Marks a kernel variant as wrong on this driver; later plans avoid it.
    virtual void disable(std::string variant) = 0;
    virtual Memory& memory() = 0;
    /// off, fixed or full.
    virtual Tuning tuning() const = 0;
    /// Why what was measured before is not used, in words; empty where it is, or where nothing was measured.
    virtual std::string const& tuning_trouble() const = 0;
    /// Later plans use this table; it is kept on disk for this device, driver and these shaders.
    virtual void keep_tuning(std::shared_ptr<TuneTable const> table) = 0;

    /// Compiles (in parallel) and caches the pipelines of these dispatches; the cache is written to disk on destruction
    /// and by save_pipeline_cache().
    virtual void prepare(std::span<Dispatch const* const> dispatches) = 0;
    virtual void save_pipeline_cache() = 0;

    /// Records dispatches once, as one command buffer. With `timestamps`, times of each can be read after a run.
    virtual std::unique_ptr<Recording> record(std::span<BoundDispatch const> dispatches, bool timestamps = false) = 0;
    /// Submits on the compute queue, in order with everything before it, to run once `brought` is there.
    virtual TimelinePoint submit(Recording& recording, BringPoint brought = 0) = 0;
    /// Records and submits at once; for the small eager work between programs (sampler updates).
    virtual TimelinePoint submit_once(std::span<BoundDispatch const> dispatches) = 0;
    /// Queues a copy / fill / small update, in order with submissions.
    virtual TimelinePoint copy(Buffer const& source, std::uint64_t source_offset, Buffer& target, std::uint64_t target_offset, std::uint64_t bytes) = 0;
    virtual TimelinePoint update(Buffer& target, std::uint64_t offset, std::span<std::byte const> bytes) = 0;   // any size, through staging
    /// Copies beside what computes, on a queue of its own where there is one, once `after` is reached. Nothing else is in
    /// order with it: submit() is told what it reads, and before a buffer of it is freed comes wait_for_brought().
    virtual BringPoint bring(std::span<BufferCopy const> copies, TimelinePoint after) = 0;
    virtual void wait_for_brought() = 0;
    virtual bool brought(BringPoint point) = 0;
    virtual void wait_for_brought(BringPoint point) = 0;
    /// Waits for everything queued, then copies to the host.
    virtual void read(Buffer const& source, std::uint64_t offset, std::span<std::byte> bytes) = 0;

    virtual TimelinePoint last_submitted() const = 0;
    virtual bool reached(TimelinePoint point) = 0;
    /// Throws device_lost if the device is lost or does not answer within `seconds`.
    virtual void wait(TimelinePoint point, double seconds = 120) = 0;
    void wait_idle() { wait(last_submitted()); }
    /// Milliseconds of each dispatch of a recording made with timestamps, after its run has been waited for.
    virtual std::vector<double> timestamps(Recording& recording) = 0;
    /// Messages of the validation layers since the start; empty when clean or when the layers are off.
    virtual std::vector<std::string> validation_messages() const = 0;
    /// Makes the next submission fail as if the device were lost (tests).
    virtual void simulate_loss() = 0;
};

class Recording {
public:
    virtual ~Recording() = default;
};

}
