// SPDX-License-Identifier: Apache-2.0
#pragma once

// `igneous bench`: how fast each kernel runs on a device, against what the device can do at most. Cases are graphs made
// by ops and planned like any model's: what is measured is what models run. Whole models come from who knows them, as
// more cases.

#include "compute/bench/timing.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace igneous {

class Device;
struct BenchCase;
struct BenchTask;
struct ProfileRow;

struct BenchResult {
    std::string name; // "linear", "conv2d.3x3"...; "peak.fma", "peak.matrix", "peak.copy" come first
    std::string shape; // "256x320 -> 1280"
    std::string variant; // the shaders that ran, joined by " + "
    bool chosen = true; // false: kernels that the device would not choose
    Timing time;
    double gflops = 0, gbps = 0; // 1e9 FLOP/s, 1e9 bytes/s of ideal traffic
    double share = 0; // of the measured peak that bounds it: 1 is as good as the device gets
    std::uint64_t device_bytes = 0; // weights and activations while it ran; 0 where it was not looked at
};

struct BenchOptions {
    std::string pattern; // runs the cases whose "<name> <shape>" holds it; empty: all
    TimingLimits limits;
    bool large = false; // on CPU devices too
    std::vector<BenchCase> more_cases;
    std::vector<BenchTask> more_tasks;
    /// Told of each case that this device cannot run, too little memory as a rule, and why; the others go on. Where it
    /// is not set, the first such case throws.
    std::function<void(std::string const& name, std::string const& shape, std::string const& why)> skipped;
    /// Told, where it is set, where the time of each whole case went: once, op by op, when it was measured.
    std::function<void(BenchResult const&, std::vector<ProfileRow> const&)> profile;
};

/// Runs every case that matches and hands each result to `done`, the device's peaks first. Throws Error(cancelled) when
/// `stop` was asked.
void run_benchmarks(std::shared_ptr<Device> device, BenchOptions const& options,
    std::function<void(BenchResult const&)> const& done, std::stop_token stop = {});

}
