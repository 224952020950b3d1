// SPDX-License-Identifier: Apache-2.0
#include "compute/device/device.h"

#include "compute/device/vulkan_device.h"
#include "compute/tensor/error.h"

#include <cstdlib>

namespace igneous {

std::vector<DeviceInfo> Device::list()
{
    std::vector<DeviceInfo> infos;
    for (PhysicalDevice& device : list_physical_devices(*Instance::create(Validation::off)))
        infos.push_back(std::move(device.info));
    return infos;
}

std::shared_ptr<Device> Device::open(DeviceSelection const& selection)
{
    std::shared_ptr<Instance> instance = Instance::create(requested_validation(selection.validation));
    std::string wanted = selection.name_or_index;
    if (char const* environment = std::getenv("IGNEOUS_DEVICE"); wanted.empty() && environment)
        wanted = environment;
    Tuning tuning = selection.tuning;
    if (char const* environment = std::getenv("IGNEOUS_TUNE"); tuning == Tuning::automatic && environment)
        tuning = tuning_from(environment);
    PhysicalDevice physical = choose_physical_device(list_physical_devices(*instance), wanted);
    return std::make_shared<VulkanDevice>(std::move(instance), std::move(physical), selection.cache_folder, tuning);
}

Tuning tuning_from(std::string_view word)
{
    if (word.empty())
        return Tuning::automatic;
    if (word == "off")
        return Tuning::off;
    if (word == "fixed")
        return Tuning::fixed;
    require(word == "full", "tuning: expected off, fixed or full, got {}", word);
    return Tuning::full;
}

}
