// SPDX-License-Identifier: Apache-2.0
#pragma once

// The logical device: what everything created on it keeps alive and asks for functions, and where a lost device is
// noticed. Who submits to its queues is Timeline's business.

#include "compute/device/physical_device.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace igneous {

struct Queue {
    VkQueue handle = VK_NULL_HANDLE;
    std::uint32_t family = 0;
    std::mutex mutex;                       // held by whoever submits
};

class Context {
public:
    Context(std::shared_ptr<Instance> instance, PhysicalDevice physical);
    ~Context();
    Context(Context const&) = delete;
    Context& operator=(Context const&) = delete;

    Instance const& instance() const { return *m_instance; }
    PhysicalDevice const& physical() const { return m_physical; }
    DeviceInfo const& info() const { return m_physical.info; }
    DeviceLimits const& limits() const { return m_physical.limits; }
    VkDevice handle() const { return m_handle; }
    /// Everything that computes, in order.
    Queue& queue() { return m_queue; }
    /// Copies beside it; the same queue where the device has no other.
    Queue& copy_queue() { return m_physical.copy_family == m_physical.queue_family ? m_queue : m_copy_queue; }
    VolkDeviceTable const& vk() const { return m_vk; }
    bool has(std::string_view extension) const { return m_enabled.contains(extension); }

    /// Throws device_lost, out_of_memory or internal for a result that is an error.
    void check(VkResult result, std::string_view what);
    bool lost() const { return m_lost; }
    void throw_if_lost(std::string_view what);
    /// Throws device_lost, now and at every later use.
    [[noreturn]] void lose(std::string_view what, std::string_view reason);
    /// The driver does not answer: waiting for it, which destruction needs, would never end. What it holds is leaked.
    void mark_hung() { m_hung = true; }
    bool hung() const { return m_hung; }

    /// Names for the validation layers' messages and for debuggers; nothing without validation.
    void name(VkObjectType type, std::uint64_t handle, std::string const& name) const;
    void label(VkCommandBuffer commands, std::string const& text) const;

private:
    void create();
    std::string fault_report() const;

    std::shared_ptr<Instance> m_instance;
    PhysicalDevice m_physical;
    std::set<std::string, std::less<>> m_enabled;
    VkDevice m_handle = VK_NULL_HANDLE;
    Queue m_queue, m_copy_queue;
    VolkDeviceTable m_vk {};
    PFN_vkSetDebugUtilsObjectNameEXT m_set_name = nullptr;
    PFN_vkCmdInsertDebugUtilsLabelEXT m_insert_label = nullptr;
    std::atomic<bool> m_lost = false, m_hung = false;
    std::mutex m_mutex;
    std::string m_lost_reason;
};

}
