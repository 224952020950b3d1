// SPDX-License-Identifier: Apache-2.0
#pragma once

// The kernels that belong to no graph: weighted_sum and masked_blend.

#include "compute/self_test/self_test.h"

#include <vector>

namespace igneous::self_test {

std::vector<SelfTestResult> run_eager_cases(Device& device);

}
