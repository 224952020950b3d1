// SPDX-License-Identifier: Apache-2.0
#pragma once

// Vulkan as compute/device and compute/memory see it: types from the headers, functions from tables that are filled per
// instance (InstanceFunctions) and per device (VolkDeviceTable). Nothing calls volk's global pointers but the few that
// exist before an instance does, so several devices, with and without layers, live side by side.

#include <volk.h>

#include <string_view>

namespace igneous {

/// What is called on an instance or a physical device.
struct InstanceFunctions {
    PFN_vkDestroyInstance destroy_instance = nullptr;
    PFN_vkEnumeratePhysicalDevices enumerate_physical_devices = nullptr;
    PFN_vkEnumerateDeviceExtensionProperties enumerate_device_extension_properties = nullptr;
    PFN_vkGetPhysicalDeviceProperties2 get_properties = nullptr;
    PFN_vkGetPhysicalDeviceFeatures2 get_features = nullptr;
    PFN_vkGetPhysicalDeviceMemoryProperties2 get_memory_properties = nullptr;
    PFN_vkGetPhysicalDeviceQueueFamilyProperties2 get_queue_family_properties = nullptr;
    PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR get_cooperative_matrix_properties = nullptr;   // may be null
#ifdef VK_NV_cooperative_matrix2             // headers of Vulkan 1.4.300 and newer
    PFN_vkGetPhysicalDeviceCooperativeMatrixFlexibleDimensionsPropertiesNV get_workgroup_matrices = nullptr;   // may be null
#endif
    PFN_vkCreateDevice create_device = nullptr;
    PFN_vkGetDeviceProcAddr get_device_proc_addr = nullptr;
    PFN_vkCreateDebugUtilsMessengerEXT create_debug_messenger = nullptr;      // only with validation
    PFN_vkDestroyDebugUtilsMessengerEXT destroy_debug_messenger = nullptr;
};

/// "VK_ERROR_OUT_OF_DEVICE_MEMORY", ...
std::string_view name_of(VkResult result);

}
