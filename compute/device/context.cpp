// SPDX-License-Identifier: Apache-2.0
#include "compute/device/context.h"

#include "compute/tensor/error.h"

#include <format>
#include <set>
#include <vector>

namespace igneous {

Context::Context(std::shared_ptr<Instance> instance, PhysicalDevice physical)
    : m_instance(std::move(instance))
    , m_physical(std::move(physical))
{
    create();
}

Context::~Context()
{
    if (m_handle && !m_hung)
        m_vk.vkDestroyDevice(m_handle, nullptr);
}

void Context::create()
{
    constexpr char const* wanted[] = { VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME, "VK_NV_cooperative_matrix2",
        VK_KHR_WORKGROUP_MEMORY_EXPLICIT_LAYOUT_EXTENSION_NAME, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME,
        VK_EXT_MEMORY_PRIORITY_EXTENSION_NAME, VK_EXT_DEVICE_FAULT_EXTENSION_NAME, "VK_KHR_portability_subset" };
    std::vector<char const*> extensions;
    for (char const* name : wanted) {
        if (m_physical.extensions.contains(std::string_view(name))) {
            extensions.push_back(name);
            m_enabled.insert(name);
        }
    }
    DeviceFeatures features(m_enabled);
    m_instance->vk().get_features(m_physical.handle, &features.core);
    features.keep_what_kernels_use();

    m_queue.family = m_physical.queue_family;
    m_copy_queue.family = m_physical.copy_family;
    float const priority = 1;
    std::vector<VkDeviceQueueCreateInfo> queues;
    for (std::uint32_t family : std::set { m_queue.family, m_copy_queue.family })
        queues.push_back({ .sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
            .queueFamilyIndex = family,
            .queueCount = 1,
            .pQueuePriorities = &priority });
    VkDeviceCreateInfo const info { .sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
        .pNext = &features.core,
        .queueCreateInfoCount = static_cast<std::uint32_t>(queues.size()),
        .pQueueCreateInfos = queues.data(),
        .enabledExtensionCount = static_cast<std::uint32_t>(extensions.size()),
        .ppEnabledExtensionNames = extensions.data() };
    VkResult const created = m_instance->vk().create_device(m_physical.handle, &info, nullptr, &m_handle);
    if (created != VK_SUCCESS)
        fail(ErrorCode::no_device, "device: {} could not be opened: {}", m_physical.info.name, name_of(created));

    // volk's table loader asks through its global pointer, which is the loader's own and the same for every instance.
    static std::once_flag once;
    std::call_once(once, [&] { volkLoadInstanceOnly(m_instance->handle()); });
    volkLoadDeviceTable(&m_vk, m_handle);
    if (m_instance->validation() != Validation::off) {
        auto load = [&]<class Function>(Function& function, char const* name) {
            function = reinterpret_cast<Function>(m_instance->vk().get_device_proc_addr(m_handle, name));
        };
        load(m_set_name, "vkSetDebugUtilsObjectNameEXT");
        load(m_insert_label, "vkCmdInsertDebugUtilsLabelEXT");
    }
    for (Queue* queue : { &m_queue, &m_copy_queue })
        m_vk.vkGetDeviceQueue(m_handle, queue->family, 0, &queue->handle);
}

void Context::check(VkResult result, std::string_view what)
{
    if (result >= 0)
        return;
    switch (result) {
    case VK_ERROR_DEVICE_LOST: lose(what, fault_report());
    case VK_ERROR_OUT_OF_HOST_MEMORY:
        fail(ErrorCode::out_of_memory, "{}: the driver of {} ran out of host memory", what, info().name);
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
        fail(ErrorCode::out_of_memory, "{}: {} ran out of memory", what, info().name);
    default: fail(ErrorCode::internal, "{}: {} answered {}", what, info().name, name_of(result));
    }
}

void Context::throw_if_lost(std::string_view what)
{
    if (m_lost)
        lose(what, {});
}

void Context::lose(std::string_view what, std::string_view reason)
{
    std::lock_guard const lock(m_mutex);
    if (!m_lost) {
        m_lost_reason = reason.empty() ? "the driver gave no reason" : reason;
        m_lost = true;
    }
    fail(ErrorCode::device_lost, "{}: the device {} was lost ({}); open it again", what, info().name, m_lost_reason);
}

std::string Context::fault_report() const
{
    if (!m_vk.vkGetDeviceFaultInfoEXT || !has(VK_EXT_DEVICE_FAULT_EXTENSION_NAME))
        return {};
    VkDeviceFaultCountsEXT counts { .sType = VK_STRUCTURE_TYPE_DEVICE_FAULT_COUNTS_EXT };
    if (m_vk.vkGetDeviceFaultInfoEXT(m_handle, &counts, nullptr) != VK_SUCCESS)
        return {};
    std::vector<VkDeviceFaultAddressInfoEXT> addresses(counts.addressInfoCount);
    std::vector<VkDeviceFaultVendorInfoEXT> vendor(counts.vendorInfoCount);
    counts.vendorBinarySize = 0;
    VkDeviceFaultInfoEXT fault { .sType = VK_STRUCTURE_TYPE_DEVICE_FAULT_INFO_EXT,
        .pAddressInfos = addresses.data(),
        .pVendorInfos = vendor.data() };
    if (m_vk.vkGetDeviceFaultInfoEXT(m_handle, &counts, &fault) < 0)
        return {};
    std::string text = fault.description;
    for (auto const& address : addresses)
        text += std::format("; address {:#x}", address.reportedAddress);
    for (auto const& line : vendor)
        text += std::format("; {}", line.description);
    return text;
}

void Context::name(VkObjectType type, std::uint64_t handle, std::string const& name) const
{
    if (!m_set_name)
        return;
    VkDebugUtilsObjectNameInfoEXT const info { .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_OBJECT_NAME_INFO_EXT,
        .objectType = type,
        .objectHandle = handle,
        .pObjectName = name.c_str() };
    m_set_name(m_handle, &info);
}

void Context::label(VkCommandBuffer commands, std::string const& text) const
{
    if (!m_insert_label)
        return;
    VkDebugUtilsLabelEXT const label { .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_LABEL_EXT, .pLabelName = text.c_str() };
    m_insert_label(commands, &label);
}

}
