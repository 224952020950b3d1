// SPDX-License-Identifier: Apache-2.0
#include "compute/device/physical_device.h"

#include "compute/device/selection.h"
#include "compute/tensor/error.h"

#include <algorithm>
#include <format>

namespace igneous {

namespace {

struct Properties {
    VkPhysicalDeviceProperties2 core { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2 };
    VkPhysicalDeviceVulkan11Properties vulkan11 { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES };
    VkPhysicalDeviceVulkan12Properties vulkan12 { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES };
    VkPhysicalDeviceVulkan13Properties vulkan13 { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_PROPERTIES };
};

std::string hex(std::uint8_t const (&bytes)[VK_UUID_SIZE])
{
    std::string text;
    for (std::uint8_t byte : bytes)
        text += std::format("{:02x}", byte);
    return text;
}

std::set<std::string, std::less<>> read_extensions(Instance const& instance, VkPhysicalDevice device)
{
    std::uint32_t count = 0;
    instance.vk().enumerate_device_extension_properties(device, nullptr, &count, nullptr);
    std::vector<VkExtensionProperties> listed(count);
    instance.vk().enumerate_device_extension_properties(device, nullptr, &count, listed.data());
    std::set<std::string, std::less<>> names;
    for (auto const& extension : listed)
        names.emplace(extension.extensionName);
    return names;
}

/// Finds a family that computes; one without graphics is preferred, so that the desktop's drawing does not queue behind us.
/// And one that only copies, which moves bytes while the other computes. False where nothing computes.
bool find_queue_families(Instance const& instance, PhysicalDevice& device)
{
    std::uint32_t count = 0;
    instance.vk().get_queue_family_properties(device.handle, &count, nullptr);
    std::vector<VkQueueFamilyProperties2> families(count, { .sType = VK_STRUCTURE_TYPE_QUEUE_FAMILY_PROPERTIES_2 });
    instance.vk().get_queue_family_properties(device.handle, &count, families.data());
    std::optional<std::uint32_t> best, copies;
    constexpr VkQueueFlags other_work = VK_QUEUE_COMPUTE_BIT | VK_QUEUE_GRAPHICS_BIT | VK_QUEUE_VIDEO_DECODE_BIT_KHR
        | VK_QUEUE_VIDEO_ENCODE_BIT_KHR | VK_QUEUE_OPTICAL_FLOW_BIT_NV;
    for (std::uint32_t i = 0; i < count && !copies; ++i) {
        VkQueueFlags const flags = families[i].queueFamilyProperties.queueFlags;
        if (flags & VK_QUEUE_TRANSFER_BIT && !(flags & other_work))
            copies = i;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        VkQueueFlags const flags = families[i].queueFamilyProperties.queueFlags;
        if (!(flags & VK_QUEUE_COMPUTE_BIT))
            continue;
        if (!best || !(flags & VK_QUEUE_GRAPHICS_BIT))
            best = i;
        if (!(flags & VK_QUEUE_GRAPHICS_BIT))
            break;
    }
    if (!best)
        return false;
    device.queue_family = *best;
    device.copy_family = copies.value_or(*best);
    device.limits.timestamp_bits = families[*best].queueFamilyProperties.timestampValidBits;
    return true;
}

std::uint64_t largest_device_local_heap(Instance const& instance, VkPhysicalDevice device)
{
    VkPhysicalDeviceMemoryProperties2 memory { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2 };
    instance.vk().get_memory_properties(device, &memory);
    std::uint64_t largest = 0;
    for (std::uint32_t i = 0; i < memory.memoryProperties.memoryHeapCount; ++i) {
        VkMemoryHeap const& heap = memory.memoryProperties.memoryHeaps[i];
        if (heap.flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT)
            largest = std::max<std::uint64_t>(largest, heap.size);
    }
    return largest;
}

/// What Igneous needs and this device does not list, in words.
std::optional<std::string> missing_features(DeviceFeatures const& features)
{
    struct Need {
        VkBool32 listed;
        std::string_view name;
    };
    Need const needs[] = {
        { features.vulkan12.bufferDeviceAddress, "bufferDeviceAddress" },
        { features.vulkan12.timelineSemaphore, "timelineSemaphore" },
        { features.vulkan12.scalarBlockLayout, "scalarBlockLayout" },
        { features.vulkan12.storageBuffer8BitAccess, "storageBuffer8BitAccess" },
        { features.vulkan13.synchronization2, "synchronization2" },
        { features.vulkan13.subgroupSizeControl, "subgroupSizeControl" },
        { features.vulkan13.maintenance4, "maintenance4" },
    };
    std::string missing;
    for (Need const& need : needs) {
        if (!need.listed)
            missing += (missing.empty() ? "" : ", ") + std::string(need.name);
    }
    if (missing.empty())
        return {};
    return "its driver lacks " + missing + ": a newer driver may have it";
}

DType const* dtype_of(VkComponentTypeKHR type)
{
    static constexpr DType f16 = DType::f16, f32 = DType::f32;
    return type == VK_COMPONENT_TYPE_FLOAT16_KHR ? &f16 : type == VK_COMPONENT_TYPE_FLOAT32_KHR ? &f32 : nullptr;
}

/// The float fragments at subgroup scope with f16 or f32 in and out.
std::vector<MatrixFragment> read_fragments(Instance const& instance, VkPhysicalDevice device)
{
    if (!instance.vk().get_cooperative_matrix_properties)
        return {};
    std::uint32_t count = 0;
    instance.vk().get_cooperative_matrix_properties(device, &count, nullptr);
    std::vector<VkCooperativeMatrixPropertiesKHR> listed(
        count, { .sType = VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR });
    instance.vk().get_cooperative_matrix_properties(device, &count, listed.data());
    std::vector<MatrixFragment> fragments;
    for (auto const& p : listed) {
        DType const* input = dtype_of(p.AType);
        DType const* accumulator = dtype_of(p.CType);
        if (!input || !accumulator || p.BType != p.AType || p.ResultType != p.CType || p.scope != VK_SCOPE_SUBGROUP_KHR
            || (*input == DType::f32 && *accumulator == DType::f16))
            continue;
        MatrixFragment const fragment { p.MSize, p.NSize, p.KSize, *input, *accumulator };
        if (std::ranges::find(fragments, fragment) == fragments.end())
            fragments.push_back(fragment);
    }
    return fragments;
}

/// What the coopmat2 kernels may use; they need every feature named here, so that a part of them counts as none.
void read_workgroup_matrices([[maybe_unused]] Instance const& instance, [[maybe_unused]] PhysicalDevice const& device,
    [[maybe_unused]] DeviceFeatures const& features, [[maybe_unused]] DeviceProfile& profile)
{
#ifdef VK_NV_cooperative_matrix2
    VkPhysicalDeviceCooperativeMatrix2FeaturesNV const& has = features.cooperative_matrix2;
    if (!instance.vk().get_workgroup_matrices || !has.cooperativeMatrixWorkgroupScope
        || !has.cooperativeMatrixFlexibleDimensions || !has.cooperativeMatrixReductions
        || !has.cooperativeMatrixConversions || !has.cooperativeMatrixPerElementOperations
        || !has.cooperativeMatrixTensorAddressing)
        return;
    VkPhysicalDeviceCooperativeMatrix2PropertiesNV limits {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_2_PROPERTIES_NV
    };
    VkPhysicalDeviceProperties2 all { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &limits };
    instance.vk().get_properties(device.handle, &all);
    std::uint32_t count = 0;
    instance.vk().get_workgroup_matrices(device.handle, &count, nullptr);
    std::vector<VkCooperativeMatrixFlexibleDimensionsPropertiesNV> listed(
        count, { .sType = VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_FLEXIBLE_DIMENSIONS_PROPERTIES_NV });
    instance.vk().get_workgroup_matrices(device.handle, &count, listed.data());
    for (auto const& p : listed) {
        bool const half_in = p.AType == VK_COMPONENT_TYPE_FLOAT16_KHR && p.BType == p.AType;
        bool const single_out = p.CType == VK_COMPONENT_TYPE_FLOAT32_KHR && p.ResultType == p.CType;
        if (half_in && single_out && p.scope == VK_SCOPE_WORKGROUP_KHR
            && p.workgroupInvocations <= limits.cooperativeMatrixWorkgroupScopeMaxWorkgroupSize)
            profile.workgroup_matrices.push_back(
                { p.MGranularity, p.NGranularity, p.KGranularity, p.workgroupInvocations });
    }
    profile.max_workgroup_matrix = limits.cooperativeMatrixFlexibleDimensionsMaxDimension;
#endif
}

void guess_speed(DeviceProfile& profile)
{
    profile.flops_per_second = profile.cpu ? 15e9 : profile.integrated ? 2e12 : 20e12;
    profile.bytes_per_second = profile.cpu ? 5e9 : profile.integrated ? 50e9 : 400e9;
    profile.submission_seconds = profile.integrated ? 0.02 : 0.1;
}

DeviceProfile make_profile(Properties const& properties, DeviceFeatures const& features)
{
    VkPhysicalDeviceLimits const& limits = properties.core.properties.limits;
    DeviceProfile profile;
    profile.name = properties.core.properties.deviceName;
    profile.vendor = properties.core.properties.vendorID;
    profile.cpu = properties.core.properties.deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU;
    profile.integrated = properties.core.properties.deviceType == VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU;
    profile.subgroup_size = properties.vulkan11.subgroupSize;
    profile.min_subgroup_size = properties.vulkan13.minSubgroupSize;
    profile.max_subgroup_size = properties.vulkan13.maxSubgroupSize;
    profile.shared_memory_bytes = limits.maxComputeSharedMemorySize;
    profile.max_workgroup_invocations = limits.maxComputeWorkGroupInvocations;
    std::ranges::copy(limits.maxComputeWorkGroupCount, profile.max_workgroup_count);
    profile.float16_arithmetic = features.vulkan12.shaderFloat16;
    profile.float16_storage = features.vulkan11.storageBuffer16BitAccess;
    guess_speed(profile);
    return profile;
}

PhysicalDevice read_device(Instance const& instance, VkPhysicalDevice handle, std::size_t index)
{
    PhysicalDevice device { .handle = handle };
    DeviceInfo& info = device.info;
    VkPhysicalDeviceProperties2 basic { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2 };
    instance.vk().get_properties(handle, &basic);
    std::uint32_t const version = basic.properties.apiVersion;
    device.properties = basic.properties;
    info.index = index;
    info.name = info.profile.name = basic.properties.deviceName;
    info.api_version = std::format("{}.{}.{}", VK_API_VERSION_MAJOR(version), VK_API_VERSION_MINOR(version),
        VK_API_VERSION_PATCH(version));
    info.memory_bytes = largest_device_local_heap(instance, handle);
    if (version < VK_API_VERSION_1_3) {   // the structures below do not exist there
        info.unusable = std::format("its driver has Vulkan {}, expected 1.3 or newer", info.api_version);
        return device;
    }

    Properties properties;
    properties.core.pNext = &properties.vulkan11;
    properties.vulkan11.pNext = &properties.vulkan12;
    properties.vulkan12.pNext = &properties.vulkan13;
    instance.vk().get_properties(handle, &properties.core);
    info.driver = std::format("{} {}", properties.vulkan12.driverName, properties.vulkan12.driverInfo);
    info.uuid = hex(properties.vulkan11.deviceUUID);

    device.extensions = read_extensions(instance, handle);
    DeviceFeatures features(device.extensions);
    instance.vk().get_features(handle, &features.core);
    info.profile = make_profile(properties, features);
    info.profile.max_buffer_bytes
        = std::min(properties.vulkan13.maxBufferSize, properties.vulkan11.maxMemoryAllocationSize);
    device.limits.nanoseconds_per_tick = properties.core.properties.limits.timestampPeriod;
    device.limits.subgroup_size_in_compute
        = properties.vulkan13.requiredSubgroupSizeStages & VK_SHADER_STAGE_COMPUTE_BIT;
    device.limits.max_compute_workgroup_subgroups = properties.vulkan13.maxComputeWorkgroupSubgroups;
    device.limits.full_subgroups = features.vulkan13.computeFullSubgroups;
    info.unusable = missing_features(features);
    // GLSL's cooperative matrices are written for the Vulkan memory model.
    if (features.cooperative_matrix.cooperativeMatrix && features.vulkan12.vulkanMemoryModel) {
        info.profile.fragments = read_fragments(instance, handle);
        read_workgroup_matrices(instance, device, features, info.profile);
    }
    if (!find_queue_families(instance, device))
        info.unusable = "it has no queue that computes";
    return device;
}

}

std::vector<PhysicalDevice> list_physical_devices(Instance const& instance)
{
    std::vector<PhysicalDevice> devices;
    for (VkPhysicalDevice handle : instance.physical_devices())
        devices.push_back(read_device(instance, handle, devices.size()));
    return devices;
}

PhysicalDevice choose_physical_device(std::vector<PhysicalDevice> devices, std::string_view wanted)
{
    std::vector<DeviceInfo> infos;
    for (PhysicalDevice const& device : devices)
        infos.push_back(device.info);
    return std::move(devices[choose_device(infos, wanted)]);
}

}
