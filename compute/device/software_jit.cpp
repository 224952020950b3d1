// SPDX-License-Identifier: Apache-2.0
#include "compute/device/software_jit.h"

#include "compute/device/command.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <thread>

namespace igneous {

namespace {

constexpr std::uint32_t mesa = 0x10005;   // Vulkan's vendor number of Mesa's software drivers
constexpr double patience = 600;          // seconds for one pipeline, on a machine that is busy

std::uint64_t hash_of(Dispatch const& dispatch)
{
    std::uint64_t hash = hash_bytes(std::as_bytes(std::span(dispatch.shader)));
    hash = hash_bytes(std::as_bytes(std::span(dispatch.constants)), hash);
    std::uint32_t const subgroups[] = { dispatch.subgroup_size, dispatch.full_subgroups };
    return hash_bytes(std::as_bytes(std::span(subgroups)), hash);
}

/// A device that only compiles: Mesa makes the code before it sees that there is nothing to run.
class CompilingDevice {
public:
    CompilingDevice(std::shared_ptr<Instance> instance, PhysicalDevice const& physical)
        : m_context(std::make_shared<Context>(std::move(instance), physical))
        , m_timeline(std::make_shared<Timeline>(m_context, m_context->queue()))
        , m_pipelines(m_context, nullptr)
        , m_commands(m_context, m_timeline)
    {
    }
    ~CompilingDevice() { m_timeline->drain(); }
    CompilingDevice(CompilingDevice const&) = delete;
    CompilingDevice& operator=(CompilingDevice const&) = delete;

    void compile(Dispatch const& dispatch)
    {
        VkPipeline const pipeline = m_pipelines.get(dispatch);
        TimelinePoint const point = m_commands.submit([&](VkCommandBuffer commands) {
            VolkDeviceTable const& vk = m_context->vk();
            std::byte const nothing[Pipelines::push_bytes] {};
            vk.vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline);
            vk.vkCmdPushConstants(
                commands, m_pipelines.layout(), VK_SHADER_STAGE_COMPUTE_BIT, 0, Pipelines::push_bytes, nothing);
            vk.vkCmdDispatch(commands, 0, 0, 0);
        });
        m_timeline->wait(point, patience);
    }

private:
    std::shared_ptr<Context> m_context;
    std::shared_ptr<Timeline> m_timeline;
    Pipelines m_pipelines;
    OnceCommands m_commands;
};

}

SoftwareJit::SoftwareJit(std::shared_ptr<Instance> instance, PhysicalDevice physical, std::string const& cache_folder)
    : m_instance(std::move(instance))
    , m_physical(std::move(physical))
    , m_file(m_physical, cache_folder, "compiled")
{
    std::vector<std::byte> const stored = m_file.load();
    for (std::size_t i = 0; i + 8 <= stored.size(); i += 8) {
        std::uint64_t hash = 0;
        std::memcpy(&hash, stored.data() + i, 8);
        m_known.insert(hash);
    }
}

bool SoftwareJit::helps(Instance const& instance, PhysicalDevice const& device)
{
    // Without Mesa's cache, nothing of what the helpers compile would reach the real device. Validation layers change
    // the shaders, so that what is known of them says nothing about those without.
    char const* off = std::getenv("MESA_SHADER_CACHE_DISABLE");
    bool const has_cache = !off || std::string_view(off) == "0" || std::string_view(off) == "false";
    // Off unless asked for: Mesa 26.1 was seen to hang and to crash, rarely, when several of its devices compile at once.
    char const* asked = std::getenv("IGNEOUS_PARALLEL_JIT");
    bool const wanted = asked && std::string_view(asked) == "1";
    return wanted && instance.validation() == Validation::off && device.info.profile.cpu
        && device.properties.vendorID == mesa && has_cache;
}

std::vector<SoftwareJit::Job> SoftwareJit::find_new(std::span<Dispatch const* const> dispatches)
{
    std::lock_guard const lock(m_mutex);
    std::set<std::uint64_t> seen;
    std::vector<Job> jobs;
    for (Dispatch const* dispatch : dispatches) {
        std::uint64_t const hash = hash_of(*dispatch);
        if (!m_known.contains(hash) && seen.insert(hash).second)
            jobs.push_back({ dispatch, hash });
    }
    return jobs;
}

void SoftwareJit::remember(std::span<Job const> jobs)
{
    std::lock_guard const lock(m_mutex);
    for (Job const& job : jobs)
        m_known.insert(job.hash);
    std::vector<std::uint64_t> const hashes(m_known.begin(), m_known.end());
    m_file.store(std::as_bytes(std::span(hashes)));
}

void SoftwareJit::prepare(std::span<Dispatch const* const> dispatches)
{
    std::vector<Job> const jobs = find_new(dispatches);
    if (jobs.empty())
        return;
    std::size_t const count = std::min<std::size_t>(jobs.size(), std::max(1u, std::thread::hardware_concurrency()));
    std::atomic<std::size_t> next = 0, done = 0;
    auto work = [&] {
        try {
            CompilingDevice device(m_instance, m_physical);
            for (std::size_t i = next++; i < jobs.size(); i = next++) {
                device.compile(*jobs[i].dispatch);
                ++done;
            }
        } catch (std::exception const&) {   // the real device will meet the same, and say so
        }
    };
    if (count > 1) {   // one alone is as quick on the real device
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < count; ++i)
            threads.emplace_back(work);
        threads.clear();
        if (done < jobs.size())
            return;
    }
    remember(jobs);
}

}
