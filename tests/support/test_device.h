// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compute/device/device.h"

#include <memory>

namespace igneous::test {

/// The device of this test run, opened once (IGNEOUS_DEVICE chooses) and closed when the run ends. Without a Vulkan
/// device the test is skipped and says why; with IGNEOUS_REQUIRE_DEVICE=1 (CI) it fails instead, so that a green run
/// means it ran.
std::shared_ptr<Device> test_device();

/// What the validation layers have said, without GPU-assisted validation's remarks on its own set-up.
std::vector<std::string> validation_complaints(Device const& device);

}
