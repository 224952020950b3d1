// SPDX-License-Identifier: Apache-2.0
#include "compute/device/instance.h"

#include "compute/tensor/error.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace igneous {

namespace {

constexpr char const* validation_layer = "VK_LAYER_KHRONOS_validation";
constexpr std::size_t most_messages = 1000;   // a broken kernel says the same thing once per dispatch

constexpr std::string_view install_a_driver =
    "install your graphics card's Vulkan driver, or Mesa's (Debian and Ubuntu: mesa-vulkan-drivers, which also runs "
    "without a graphics card), and check it with vulkaninfo";

/// Opens the loader once for the process; later calls are cheap.
void open_loader()
{
    static VkResult const opened = volkInitialize();
    if (opened != VK_SUCCESS)
        fail(ErrorCode::no_device, "device: there is no Vulkan loader (libvulkan) on this machine: {}",
            install_a_driver);
    if (volkGetInstanceVersion() < VK_API_VERSION_1_3)
        fail(ErrorCode::no_device,
            "device: the Vulkan loader is version {}.{}, expected 1.3 or newer: update it (Debian and Ubuntu: "
            "libvulkan1)",
            VK_API_VERSION_MAJOR(volkGetInstanceVersion()), VK_API_VERSION_MINOR(volkGetInstanceVersion()));
}

bool layer_is_installed(char const* name)
{
    std::uint32_t count = 0;
    vkEnumerateInstanceLayerProperties(&count, nullptr);
    std::vector<VkLayerProperties> layers(count);
    vkEnumerateInstanceLayerProperties(&count, layers.data());
    return std::ranges::any_of(layers, [&](auto const& layer) { return std::strcmp(layer.layerName, name) == 0; });
}

bool extension_is_there(char const* layer, char const* name)
{
    std::uint32_t count = 0;
    vkEnumerateInstanceExtensionProperties(layer, &count, nullptr);
    std::vector<VkExtensionProperties> extensions(count);
    vkEnumerateInstanceExtensionProperties(layer, &count, extensions.data());
    return std::ranges::any_of(extensions, [&](auto const& e) { return std::strcmp(e.extensionName, name) == 0; });
}

template<class Function>
void load(Function& function, VkInstance instance, char const* name)
{
    function = reinterpret_cast<Function>(vkGetInstanceProcAddr(instance, name));
}

InstanceFunctions load_functions(VkInstance instance)
{
    InstanceFunctions f;
    load(f.destroy_instance, instance, "vkDestroyInstance");
    load(f.enumerate_physical_devices, instance, "vkEnumeratePhysicalDevices");
    load(f.enumerate_device_extension_properties, instance, "vkEnumerateDeviceExtensionProperties");
    load(f.get_properties, instance, "vkGetPhysicalDeviceProperties2");
    load(f.get_features, instance, "vkGetPhysicalDeviceFeatures2");
    load(f.get_memory_properties, instance, "vkGetPhysicalDeviceMemoryProperties2");
    load(f.get_queue_family_properties, instance, "vkGetPhysicalDeviceQueueFamilyProperties2");
    load(f.get_cooperative_matrix_properties, instance, "vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR");
#ifdef VK_NV_cooperative_matrix2
    load(f.get_workgroup_matrices, instance, "vkGetPhysicalDeviceCooperativeMatrixFlexibleDimensionsPropertiesNV");
#endif
    load(f.create_device, instance, "vkCreateDevice");
    load(f.get_device_proc_addr, instance, "vkGetDeviceProcAddr");
    load(f.create_debug_messenger, instance, "vkCreateDebugUtilsMessengerEXT");
    load(f.destroy_debug_messenger, instance, "vkDestroyDebugUtilsMessengerEXT");
    return f;
}

}

Validation requested_validation(bool asked_in_code)
{
    char const* wanted = std::getenv("IGNEOUS_VALIDATION");
    std::string_view const value = wanted ? wanted : "";
    if (value == "gpu")
        return Validation::gpu_assisted;
    if (asked_in_code || value == "1")
        return Validation::on;
    require(value.empty() || value == "0", "IGNEOUS_VALIDATION: expected 0, 1 or gpu, got \"{}\"", value);
    return Validation::off;
}

std::shared_ptr<Instance> Instance::create(Validation validation)
{
    open_loader();
    return std::shared_ptr<Instance>(new Instance(validation));
}

Instance::Instance(Validation validation)
    : m_validation(validation)
{
    std::vector<char const*> layers, extensions;
    VkApplicationInfo const application { .sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
        .pApplicationName = "igneous",
        .pEngineName = "igneous",
        .apiVersion = VK_API_VERSION_1_3 };
    VkInstanceCreateInfo info { .sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO, .pApplicationInfo = &application };

    VkValidationFeatureEnableEXT const checks[] = { VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT,
        VK_VALIDATION_FEATURE_ENABLE_GPU_ASSISTED_EXT };
    VkDebugUtilsMessengerCreateInfoEXT const messenger = messenger_info();   // hears what goes on while this is made
    VkValidationFeaturesEXT const features { .sType = VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT,
        .pNext = &messenger,
        .enabledValidationFeatureCount = validation == Validation::gpu_assisted ? 2u : 1u,
        .pEnabledValidationFeatures = checks };
    if (validation != Validation::off) {
        if (!layer_is_installed(validation_layer))
            fail(ErrorCode::invalid_argument,
                "device: validation was asked for, but the layer {} is not installed: install it (Debian and Ubuntu: "
                "vulkan-validationlayers) or unset IGNEOUS_VALIDATION",
                validation_layer);
        layers.push_back(validation_layer);
        extensions.push_back(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
        extensions.push_back(VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME);
        info.pNext = &features;
    }
    if (extension_is_there(nullptr, VK_KHR_PORTABILITY_ENUMERATION_EXTENSION_NAME)) {
        extensions.push_back(VK_KHR_PORTABILITY_ENUMERATION_EXTENSION_NAME);   // MoltenVK hides itself without it
        info.flags |= VK_INSTANCE_CREATE_ENUMERATE_PORTABILITY_BIT_KHR;
    }
    info.enabledLayerCount = static_cast<std::uint32_t>(layers.size());
    info.ppEnabledLayerNames = layers.data();
    info.enabledExtensionCount = static_cast<std::uint32_t>(extensions.size());
    info.ppEnabledExtensionNames = extensions.data();

    VkResult const created = vkCreateInstance(&info, nullptr, &m_handle);
    if (created == VK_ERROR_INCOMPATIBLE_DRIVER)
        fail(ErrorCode::no_device, "device: there is no Vulkan driver on this machine: {}", install_a_driver);
    if (created != VK_SUCCESS)
        fail(ErrorCode::no_device, "device: a Vulkan instance could not be made ({}): {}", name_of(created),
            install_a_driver);
    m_vk = load_functions(m_handle);
    if (validation == Validation::off)
        return;
    if (VkResult const result = m_vk.create_debug_messenger(m_handle, &messenger, nullptr, &m_messenger);
        result != VK_SUCCESS) {
        m_vk.destroy_instance(m_handle, nullptr);
        fail(ErrorCode::internal, "device: the messenger of the validation layers: {}", name_of(result));
    }
}

Instance::~Instance()
{
    if (m_messenger)
        m_vk.destroy_debug_messenger(m_handle, m_messenger, nullptr);
    m_vk.destroy_instance(m_handle, nullptr);
}

std::vector<VkPhysicalDevice> Instance::physical_devices() const
{
    std::uint32_t count = 0;
    VkResult result = m_vk.enumerate_physical_devices(m_handle, &count, nullptr);
    std::vector<VkPhysicalDevice> devices(count);
    if (result == VK_SUCCESS && count > 0)
        result = m_vk.enumerate_physical_devices(m_handle, &count, devices.data());
    devices.resize(count);
    if (result < 0 || devices.empty())
        fail(ErrorCode::no_device, "device: no Vulkan driver of this machine found a device{}: {}",
            result < 0 ? std::format(" ({})", name_of(result)) : "", install_a_driver);
    return devices;
}

std::vector<std::string> Instance::messages() const
{
    std::lock_guard const lock(m_mutex);
    return m_messages;
}

VkDebugUtilsMessengerCreateInfoEXT Instance::messenger_info()
{
    // Types: what the layers check. Messages of the type "general" are the loader's, about its search for drivers.
    return { .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
        .messageSeverity
        = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
        .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT,
        .pfnUserCallback = on_message,
        .pUserData = this };
}

/// What a layer says about its own settings, not about us. Warnings only: a check that failed to start is an error.
bool Instance::is_about_the_layer(
    VkDebugUtilsMessageSeverityFlagBitsEXT severity, std::string_view id, std::string_view text)
{
    if (severity != VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT)
        return false;
    // GPU-assisted validation lists the features and limits it changes for its own shaders and what it leaves out
    // because the device has no such feature.
    if (id == "WARNING-GPU-Assisted-Validation" && text.contains("Internal Warning"))
        return true;
    // It is slow together with the ordinary checks, which is what IGNEOUS_VALIDATION=gpu asks for.
    return id.contains("VALIDATION-SETTINGS");
}

VkBool32 Instance::on_message(VkDebugUtilsMessageSeverityFlagBitsEXT severity, VkDebugUtilsMessageTypeFlagsEXT,
    VkDebugUtilsMessengerCallbackDataEXT const* data, void* self)
{
    auto& instance = *static_cast<Instance*>(self);
    std::string_view const id = data->pMessageIdName ? data->pMessageIdName : "";
    std::string_view const text = data->pMessage ? data->pMessage : "(empty message)";
    if (is_about_the_layer(severity, id, text))
        return VK_FALSE;
    std::lock_guard const lock(instance.m_mutex);
    if (instance.m_messages.size() < most_messages)
        instance.m_messages.push_back(std::format("{}: {}", id, text));
    return VK_FALSE;
}

}
