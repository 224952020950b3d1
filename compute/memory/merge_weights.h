// SPDX-License-Identifier: Apache-2.0
#pragma once

// Weights that adapters change: the packed base and the low-rank terms are added up on the device into memory of their
// own. The base stays as it is, so that taking an adapter away is exact and costs nothing.

#include "compute/kernels/kernel.h"

#include <cstdint>
#include <span>

namespace igneous {

class Device;

struct MergeJob {
    WeightSource const* source = nullptr;      // with a base
    Packing packing;
    std::uint64_t base = 0, target = 0;        // addresses of the packed weights
};

/// Device memory that merging takes while it runs: the factors of as many weights as go at a time. `sources` in the
/// order of the jobs; those without a base do not count.
std::uint64_t merge_scratch_bytes(std::span<WeightSource const* const> sources);

/// Returns when the device has done it.
void merge_weights(Device& device, std::span<MergeJob const> jobs);

}
