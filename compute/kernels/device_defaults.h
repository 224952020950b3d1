// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is known of kinds of devices before anything is measured on them. Which kernel runs is decided here and by the
// self-test, never by tuning: another kernel adds up in another order, and tuning may not change results.

#include "compute/device/profile.h"

#include <span>
#include <string_view>

namespace igneous {

struct DeviceDefaults {
    std::string_view devices;
    bool matrices = true; // cooperative matrices, where the device lists a fragment that kernels can use
    std::uint32_t workgroups = 0; // of a product or an attention: with fewer, sums are split; 0: never
    std::string_view reason;
    bool (*includes)(DeviceProfile const& profile) = nullptr;
};

/// The first that includes a device counts; the last includes all.
std::span<DeviceDefaults const> all_device_defaults();
DeviceDefaults const& device_defaults(DeviceProfile const& profile);

}
