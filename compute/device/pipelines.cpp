// SPDX-License-Identifier: Apache-2.0
#include "compute/device/pipelines.h"

#include "compute/kernels/shader_library.h"
#include "compute/tensor/error.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>
#include <exception>
#include <thread>

namespace igneous {

Pipelines::Pipelines(std::shared_ptr<Context> context, std::unique_ptr<CacheFile> file)
    : m_context(std::move(context))
    , m_file(std::move(file))
{
    VkPushConstantRange const range { VK_SHADER_STAGE_COMPUTE_BIT, 0, push_bytes };
    VkPipelineLayoutCreateInfo const layout { .sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
        .pushConstantRangeCount = 1,
        .pPushConstantRanges = &range };
    m_context->check(m_context->vk().vkCreatePipelineLayout(m_context->handle(), &layout, nullptr, &m_layout),
        "device: pipeline layout");
    std::vector<std::byte> const data = stored();
    m_on_disk = data.empty() ? 0 : hash_bytes(data);
    VkPipelineCacheCreateInfo cache { .sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO,
        .initialDataSize = data.size(),
        .pInitialData = data.data() };
    VkResult result = m_context->vk().vkCreatePipelineCache(m_context->handle(), &cache, nullptr, &m_cache);
    if (result != VK_SUCCESS) {   // what the driver wrote and does not take back is not worth stopping for
        cache.initialDataSize = 0;
        result = m_context->vk().vkCreatePipelineCache(m_context->handle(), &cache, nullptr, &m_cache);
    }
    m_context->check(result, "device: pipeline cache");
}

Pipelines::~Pipelines()
{
    if (m_context->hung())
        return;
    if (!m_context->lost())
        save();
    for (auto const& [key, pipeline] : m_pipelines)
        m_context->vk().vkDestroyPipeline(m_context->handle(), pipeline, nullptr);
    m_context->vk().vkDestroyPipelineCache(m_context->handle(), m_cache, nullptr);
    m_context->vk().vkDestroyPipelineLayout(m_context->handle(), m_layout, nullptr);
}

std::vector<std::byte> Pipelines::stored() const
{
    std::vector<std::byte> data = m_file ? m_file->load() : std::vector<std::byte> {};
    VkPhysicalDeviceProperties const& device = m_context->physical().properties;
    VkPipelineCacheHeaderVersionOne header {};
    if (data.size() < sizeof header)
        return {};
    std::memcpy(&header, data.data(), sizeof header);
    bool const is_for_this_driver = header.headerSize >= sizeof header
        && header.headerVersion == VK_PIPELINE_CACHE_HEADER_VERSION_ONE && header.vendorID == device.vendorID
        && header.deviceID == device.deviceID
        && std::memcmp(header.pipelineCacheUUID, device.pipelineCacheUUID, VK_UUID_SIZE) == 0;
    return is_for_this_driver ? data : std::vector<std::byte> {};
}

std::size_t Pipelines::KeyHash::operator()(Key const& key) const
{
    std::size_t hash = std::hash<std::string> {}(key.shader);
    auto mix = [&](std::size_t value) { hash = std::rotl(hash, 7) * 0x9e3779b97f4a7c15ull + value; };
    for (std::uint32_t constant : key.constants)
        mix(constant);
    mix(key.subgroup_size * 2 + key.full_subgroups);
    return hash;
}

Pipelines::Key Pipelines::key_of(Dispatch const& dispatch)
{
    return { dispatch.shader, dispatch.constants, dispatch.subgroup_size, dispatch.full_subgroups };
}

VkPipeline Pipelines::get(Dispatch const& dispatch)
{
    Key key = key_of(dispatch);
    {
        std::lock_guard const lock(m_mutex);
        if (auto found = m_pipelines.find(key); found != m_pipelines.end())
            return found->second;
    }
    VkPipeline const pipeline = compile(key);
    return keep(std::move(key), pipeline);
}

VkPipeline Pipelines::keep(Key key, VkPipeline pipeline)
{
    std::lock_guard const lock(m_mutex);
    auto const [at, is_new] = m_pipelines.emplace(std::move(key), pipeline);
    if (!is_new)   // another thread was quicker
        m_context->vk().vkDestroyPipeline(m_context->handle(), pipeline, nullptr);
    return at->second;
}

VkPipeline Pipelines::compile(Key const& key)
{
    m_context->throw_if_lost("compile");
    std::span<std::uint32_t const> const code = find_shader(key.shader);
    if (code.empty())
        fail(ErrorCode::internal, "compile: there is no shader \"{}\" in this build", key.shader);
    DeviceProfile const& profile = m_context->info().profile;
    if (key.subgroup_size
        && (!std::has_single_bit(key.subgroup_size) || key.subgroup_size < profile.min_subgroup_size
            || key.subgroup_size > profile.max_subgroup_size))
        fail(ErrorCode::internal, "compile: {} asks for subgroups of {}, {} has {} to {}", key.shader,
            key.subgroup_size, profile.name, profile.min_subgroup_size, profile.max_subgroup_size);

    VkShaderModuleCreateInfo const module_info { .sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
        .codeSize = code.size_bytes(),
        .pCode = code.data() };
    VkShaderModule module = VK_NULL_HANDLE;
    m_context->check(
        m_context->vk().vkCreateShaderModule(m_context->handle(), &module_info, nullptr, &module), key.shader);

    std::vector<VkSpecializationMapEntry> entries;
    for (std::uint32_t i = 0; i < key.constants.size(); ++i)
        entries.push_back({ i, i * 4, 4 });
    constexpr std::uint32_t on_cpu = 60;   // of shaders/include/tensor_io.glsl
    std::vector<std::uint32_t> constants = key.constants;
    entries.push_back({ on_cpu, static_cast<std::uint32_t>(constants.size() * 4), 4 });
    constants.push_back(profile.cpu ? VK_TRUE : VK_FALSE);
    VkSpecializationInfo const specialization { static_cast<std::uint32_t>(entries.size()), entries.data(),
        constants.size() * 4, constants.data() };
    VkPipelineShaderStageRequiredSubgroupSizeCreateInfo const subgroup {
        .sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_REQUIRED_SUBGROUP_SIZE_CREATE_INFO,
        .requiredSubgroupSize = key.subgroup_size
    };
    // Where there is only one size, asking for it is no use, and not every driver lets compute shaders ask.
    bool const ask = key.subgroup_size && m_context->limits().subgroup_size_in_compute
        && profile.min_subgroup_size != profile.max_subgroup_size;
    VkPipelineShaderStageCreateFlags flags = 0;
    if (key.full_subgroups && m_context->limits().full_subgroups)
        flags |= VK_PIPELINE_SHADER_STAGE_CREATE_REQUIRE_FULL_SUBGROUPS_BIT;
    VkComputePipelineCreateInfo const info { .sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
        .stage = { .sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
            .pNext = ask ? &subgroup : nullptr,
            .flags = flags,
            .stage = VK_SHADER_STAGE_COMPUTE_BIT,
            .module = module,
            .pName = "main",
            .pSpecializationInfo = &specialization },
        .layout = m_layout };
    VkPipeline pipeline = VK_NULL_HANDLE;
    VkResult const result
        = m_context->vk().vkCreateComputePipelines(m_context->handle(), m_cache, 1, &info, nullptr, &pipeline);
    m_context->vk().vkDestroyShaderModule(m_context->handle(), module, nullptr);
    m_context->check(result, key.shader);
    m_context->name(VK_OBJECT_TYPE_PIPELINE, reinterpret_cast<std::uint64_t>(pipeline), key.shader);
    return pipeline;
}

void Pipelines::prepare(std::span<Dispatch const* const> dispatches)
{
    std::vector<Key> missing;
    {
        std::unordered_map<Key, bool, KeyHash> seen;
        std::lock_guard const lock(m_mutex);
        for (Dispatch const* dispatch : dispatches) {
            Key key = key_of(*dispatch);
            if (!m_pipelines.contains(key) && seen.emplace(key, true).second)
                missing.push_back(std::move(key));
        }
    }
    std::atomic<std::size_t> next = 0;
    std::mutex error_mutex;
    std::exception_ptr error;
    auto work = [&] {
        for (std::size_t i = next++; i < missing.size(); i = next++) {
            try {
                VkPipeline const pipeline = compile(missing[i]);
                keep(missing[i], pipeline);
            } catch (...) {
                std::lock_guard const lock(error_mutex);
                error = error ? error : std::current_exception();
                next = missing.size();
            }
        }
    };
    {
        std::vector<std::jthread> threads;
        std::size_t const cores = std::max(1u, std::thread::hardware_concurrency());
        std::size_t const count = std::min(missing.size(), cores);
        for (std::size_t i = 1; i < count; ++i)
            threads.emplace_back(work);
        work();
    }
    if (error)
        std::rethrow_exception(error);
}

void Pipelines::save()
{
    {
        std::lock_guard const lock(m_mutex);
        if (!m_file || m_pipelines.empty())
            return;
    }
    std::size_t size = 0;
    if (m_context->vk().vkGetPipelineCacheData(m_context->handle(), m_cache, &size, nullptr) != VK_SUCCESS || size == 0)
        return;
    std::vector<std::byte> data(size);
    if (m_context->vk().vkGetPipelineCacheData(m_context->handle(), m_cache, &size, data.data()) != VK_SUCCESS)
        return;
    data.resize(size);
    std::uint64_t const hash = hash_bytes(data);
    if (m_on_disk.exchange(hash) != hash)
        m_file->store(data);
}

}
