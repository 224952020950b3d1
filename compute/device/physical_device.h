// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a physical device is and can do, read before anything is created on it.

#include "compute/device/device.h"
#include "compute/device/instance.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

/// The features kernels may use, as the driver lists them; the same chain with the same values enables them.
struct DeviceFeatures {
    VkPhysicalDeviceFeatures2 core { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2 };
    VkPhysicalDeviceVulkan11Features vulkan11 { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES };
    VkPhysicalDeviceVulkan12Features vulkan12 { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES };
    VkPhysicalDeviceVulkan13Features vulkan13 { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES };
    VkPhysicalDeviceCooperativeMatrixFeaturesKHR cooperative_matrix {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR
    };
#ifdef VK_NV_cooperative_matrix2
    VkPhysicalDeviceCooperativeMatrix2FeaturesNV cooperative_matrix2 {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_2_FEATURES_NV
    };
#endif
    VkPhysicalDeviceWorkgroupMemoryExplicitLayoutFeaturesKHR workgroup_layout {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_WORKGROUP_MEMORY_EXPLICIT_LAYOUT_FEATURES_KHR
    };
    VkPhysicalDeviceMemoryPriorityFeaturesEXT memory_priority {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PRIORITY_FEATURES_EXT
    };
    VkPhysicalDeviceFaultFeaturesEXT fault { .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FAULT_FEATURES_EXT };

    explicit DeviceFeatures(std::set<std::string, std::less<>> const& extensions);
    DeviceFeatures(DeviceFeatures const&) = delete;
    DeviceFeatures& operator=(DeviceFeatures const&) = delete;

    /// Turns off what was listed and is not used: bounds checks of buffers, capture and replay, and so on cost time.
    void keep_what_kernels_use();
};

/// Limits that are checked before the driver is asked.
struct DeviceLimits {
    double nanoseconds_per_tick = 1;
    std::uint32_t timestamp_bits = 0;
    bool subgroup_size_in_compute = false;         // a required subgroup size may be given for compute shaders
    bool full_subgroups = false;                   // computeFullSubgroups
    std::uint32_t max_compute_workgroup_subgroups = 0;
};

struct PhysicalDevice {
    VkPhysicalDevice handle = VK_NULL_HANDLE;
    DeviceInfo info;
    DeviceLimits limits;
    VkPhysicalDeviceProperties properties {};
    std::uint32_t queue_family = 0;
    std::uint32_t copy_family = 0;          // one that only copies, beside what computes; queue_family where there is none
    std::set<std::string, std::less<>> extensions;
};

/// Every physical device of the instance, in the driver's order, usable or not.
std::vector<PhysicalDevice> list_physical_devices(Instance const& instance);

/// By index, by part of the name, else the fastest kind that works. Throws no_device with the list of what is there.
PhysicalDevice choose_physical_device(std::vector<PhysicalDevice> devices, std::string_view wanted);

}
