// SPDX-License-Identifier: Apache-2.0
#pragma once

// The eager kernel behind adapters: out = base + sum of scale * up * down, for one weight packed in panels. Sums are
// f32; the result is rounded once, to the packing's type.

#include "compute/device/profile.h"
#include "compute/graph/dispatch.h"
#include "compute/kernels/kernel.h"

#include <cstdint>
#include <span>

namespace igneous {

struct LowRankAddition {
    std::uint64_t base = 0, out = 0;   // addresses of the weight in `packing`
    std::uint64_t terms = 0; // address of a table of params::LowRankFactors (shaders/matmul/add_low_rank.params.h)
    std::uint32_t term_count = 0;
    std::uint64_t rank = 0; // of all terms together
    DType factors = DType::f32; // of all ups and downs: f32 or f16
};

/// Throws Error(internal) for a packing other than "panels": nothing that adapters change is packed otherwise.
Dispatch add_low_rank(
    LowRankAddition const& addition, Shape const& weight, Packing const& packing, DeviceProfile const& profile);

}
