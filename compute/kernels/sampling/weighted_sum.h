// SPDX-License-Identifier: Apache-2.0
#pragma once

// The eager kernel behind every sampler update: y = sum of coefficient[k] * x[k] in f32. Not an op of a graph: the
// dispatch holds absolute addresses and goes straight to Device::submit_once.

#include "compute/device/profile.h"
#include "compute/graph/dispatch.h"

#include <cstdint>
#include <span>

namespace igneous {

struct WeightedTerm {
    std::uint64_t address = 0;      // of f32 values
    float coefficient = 0;
};

constexpr std::size_t max_weighted_terms = 6;

/// `out` = the weighted sum of 1 to 6 terms of `count` values each, added in order. `out` may be one of the terms.
Dispatch weighted_sum(
    std::uint64_t out, std::span<WeightedTerm const> terms, std::uint64_t count, DeviceProfile const& profile);

}
