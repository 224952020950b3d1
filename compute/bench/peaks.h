// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a device can do at most, measured: arithmetic without memory, memory without arithmetic.

#include "compute/bench/bench.h"

namespace igneous {

struct Peaks {
    double flops_per_second = 0;           // the better of f32 vectors and f16 matrices
    double bytes_per_second = 0;           // read and written, of a copy larger than caches
    std::vector<BenchResult> results;      // how they were found
};

Peaks measure_peaks(Device& device);

/// A dispatch with absolute addresses, by the device's clock, after one to warm up.
Timing time_dispatch(Device& device, struct Dispatch const& dispatch, TimingLimits const& limits);

}
