// SPDX-License-Identifier: Apache-2.0
#pragma once

// Compute pipelines by shader, constants and subgroup size: made once, kept as long as the device. They have one
// layout: 128 bytes of push constants and no descriptors, for all memory goes by address.

#include "compute/device/cache_file.h"
#include "compute/device/context.h"
#include "compute/graph/dispatch.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace igneous {

class Pipelines {
public:
    /// `file`: where the driver's cache is kept; may be null.
    Pipelines(std::shared_ptr<Context> context, std::unique_ptr<CacheFile> file);
    ~Pipelines();
    Pipelines(Pipelines const&) = delete;
    Pipelines& operator=(Pipelines const&) = delete;

    static constexpr std::uint32_t push_bytes = 128;

    VkPipelineLayout layout() const { return m_layout; }
    /// The pipeline of a dispatch; compiles it if need be.
    VkPipeline get(Dispatch const& dispatch);
    /// Compiles the missing ones on all cores.
    void prepare(std::span<Dispatch const* const> dispatches);
    /// Writes the driver's cache to disk if there is anything new in it.
    void save();

private:
    struct Key {
        std::string shader;
        std::vector<std::uint32_t> constants;
        std::uint32_t subgroup_size = 0;
        bool full_subgroups = false;
        bool operator==(Key const&) const = default;
    };
    struct KeyHash {
        std::size_t operator()(Key const& key) const;
    };
    static Key key_of(Dispatch const& dispatch);
    std::vector<std::byte> stored() const;
    VkPipeline compile(Key const& key);
    VkPipeline keep(Key key, VkPipeline pipeline);

    std::shared_ptr<Context> m_context;
    std::unique_ptr<CacheFile> m_file;
    VkPipelineLayout m_layout = VK_NULL_HANDLE;
    VkPipelineCache m_cache = VK_NULL_HANDLE;
    std::mutex m_mutex;
    std::unordered_map<Key, VkPipeline, KeyHash> m_pipelines;
    std::atomic<std::uint64_t> m_on_disk = 0;   // hash of the driver's cache as it was read or last written
};

}
