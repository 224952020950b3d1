// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which of the listed devices to open: plain values in, an index out.

#include "compute/device/device.h"

#include <span>
#include <string_view>

namespace igneous {

/// By index, by part of the name (case ignored); empty: the fastest kind that works (discrete, integrated, CPU). Throws no_device, with the list of what is there, if there is none such or it is unusable.
std::size_t choose_device(std::span<DeviceInfo const> devices, std::string_view wanted);

}
