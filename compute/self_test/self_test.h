// SPDX-License-Identifier: Apache-2.0
#pragma once

// Known answers for every kernel variant, asked on the machine it will run on: small fixed inputs whose results plain
// C++ loops compute in f64. Drivers have miscompiled kernels before; a variant that gives wrong numbers here is
// switched off for this device, and whoever asked is told.

#include <string>
#include <vector>

namespace igneous {

class Device;

struct SelfTestResult {
    std::string variant;       // shader: "matmul/linear_coopmat.f16"
    std::string name;          // the case that came out worst: "linear, bias, gelu, residual"
    bool passed = false;
    double error = 0;          // relative L2 of that case
    double allowed = 0;
    std::string message;       // why there is no result, where there is none
};

/// A CPU driver takes long to compile: `quick` leaves out there what is chosen only on demand, and repeated cases.
enum class SelfTestDepth { quick, thorough };

/// Runs every variant the device can run, one result for each, sorted by variant. Failing ones are passed to
/// Device::disable. Throws device_lost if the device goes away, nothing else.
std::vector<SelfTestResult> run_self_test(Device& device, SelfTestDepth depth = SelfTestDepth::quick);

}
