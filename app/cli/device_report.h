// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace igneous {

class Console;

/// A line for each device. Throws no_device where there is no Vulkan.
void show_devices(Console& console);
/// The table of measured tiles of the device so named, or of every usable one.
void show_tuning(std::string const& name, Console& console);
/// Runs the known-answer tests on the device so named, or on every usable one. Throws numeric when a kernel is wrong.
void test_devices(std::string const& name, Console& console);

}
