// SPDX-License-Identifier: Apache-2.0
#pragma once

// The eager kernel of inpainting: y = b + mask (a - b) in f32, the mask one value a pixel. Holds absolute addresses, as
// weighted_sum does.

#include "compute/device/profile.h"
#include "compute/graph/dispatch.h"

#include <cstdint>

namespace igneous {

struct MaskedBlend {
    std::uint64_t out = 0, a = 0, b = 0;      // f32 [N, H, W, channels]; out may be a or b
    std::uint64_t mask = 0;                   // f32 [N, H, W, 1]: 1 takes a, 0 takes b
    std::uint64_t count = 0;                  // elements of a
    std::uint32_t channels = 1;
};

Dispatch masked_blend(MaskedBlend const& blend, DeviceProfile const& profile);

}
