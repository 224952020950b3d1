// SPDX-License-Identifier: Apache-2.0
#pragma once

// A Vulkan instance, with the validation layers where they were asked for, and what those layers have said.

#include "compute/device/vulkan.h"

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace igneous {

enum class Validation { off, on, gpu_assisted };

/// What was asked for in code, or by IGNEOUS_VALIDATION=1|gpu, whichever checks more.
Validation requested_validation(bool asked_in_code);

class Instance {
public:
    /// Throws no_device without a Vulkan loader or driver, invalid_argument if the layers are wanted and not installed.
    static std::shared_ptr<Instance> create(Validation validation);
    ~Instance();
    Instance(Instance const&) = delete;
    Instance& operator=(Instance const&) = delete;

    VkInstance handle() const { return m_handle; }
    InstanceFunctions const& vk() const { return m_vk; }
    Validation validation() const { return m_validation; }
    std::vector<VkPhysicalDevice> physical_devices() const;
    std::vector<std::string> messages() const;

private:
    explicit Instance(Validation validation);
    VkDebugUtilsMessengerCreateInfoEXT messenger_info();
    static bool is_about_the_layer(
        VkDebugUtilsMessageSeverityFlagBitsEXT severity, std::string_view id, std::string_view text);
    static VKAPI_ATTR VkBool32 VKAPI_CALL on_message(VkDebugUtilsMessageSeverityFlagBitsEXT severity,
        VkDebugUtilsMessageTypeFlagsEXT types, VkDebugUtilsMessengerCallbackDataEXT const* data, void* self);

    Validation m_validation;
    VkInstance m_handle = VK_NULL_HANDLE;
    InstanceFunctions m_vk;
    VkDebugUtilsMessengerEXT m_messenger = VK_NULL_HANDLE;
    mutable std::mutex m_mutex;
    std::vector<std::string> m_messages;
};

}
