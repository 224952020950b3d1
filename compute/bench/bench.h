// SPDX-License-Identifier: Apache-2.0
#pragma once

// `igneous bench`: how fast each kernel runs on a device, against what the device can do at most. Cases are tiny graphs
// made by ops and planned like any model's: what is measured is what models run.

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace igneous {

class Device;

struct BenchResult {
    std::string name; // "linear", "conv2d.3x3"...; "peak.fma", "peak.matrix", "peak.copy" come first
    std::string shape;                     // "256x320 -> 1280"
    std::string variant;                   // the shaders that ran, joined by " + "
    double milliseconds = 0;               // median
    double gflops = 0, gbps = 0;           // 1e9 FLOP/s, 1e9 bytes/s of ideal traffic
    double share = 0;                      // of the measured peak that bounds it: 1 is as good as the device gets
};

struct BenchOptions {
    std::string pattern;                   // runs the cases whose "<name> <shape>" holds it; empty: all
    int runs = 10;                         // at most; the median counts
    double seconds_per_case = 0.5;         // and no longer than this, once it ran three times
};

/// Runs every case that matches and hands each result to `done`, the device's peaks first. Shapes are those of SD 1.x
/// and of the starter model on GPUs; on CPU devices the largest are left out. Throws Error(cancelled) when `stop` was
/// asked.
void run_benchmarks(std::shared_ptr<Device> device, BenchOptions const& options,
    std::function<void(BenchResult const&)> const& done, std::stop_token stop = {});
}
