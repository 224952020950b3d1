// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a device can do, as plain values: enough to plan every dispatch without a GPU at hand. Read from a real device by
// Device, or made up by tests and by `igneous plan` on a machine without one.

#include "compute/tensor/dtype.h"

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace igneous {

/// One cooperative matrix shape the device lists at subgroup scope, f16 inputs unless said otherwise.
struct MatrixFragment {
    std::uint32_t m = 0, n = 0, k = 0;
    DType input = DType::f16;      // A and B
    DType accumulator = DType::f32;   // C and D
    bool operator==(MatrixFragment const&) const = default;
};

/// Matrices of a whole workgroup of `invocations` (NV_cooperative_matrix2) with f16 inputs and f32 sums: extents are
/// multiples of m, n and k.
struct WorkgroupMatrix {
    std::uint32_t m = 0, n = 0, k = 0, invocations = 0;
    bool operator==(WorkgroupMatrix const&) const = default;
};

struct TuneTable;

struct DeviceProfile {
    std::string name = "generic";
    std::uint32_t vendor = 0;             // PCI id: 0x10de NVIDIA, 0x1002 AMD, 0x8086 Intel, 0x10005 Mesa software
    bool cpu = false;                     // lavapipe and the like
    bool integrated = false;
    std::uint32_t subgroup_size = 32;     // what the driver uses unless asked
    std::uint32_t min_subgroup_size = 32, max_subgroup_size = 32;
    std::uint32_t shared_memory_bytes = 32 * 1024;
    std::uint32_t max_workgroup_invocations = 256;
    std::uint32_t max_workgroup_count[3] = { 65535, 65535, 65535 };
    bool float16_arithmetic = true;       // shaderFloat16
    bool float16_storage = true;          // 16-bit storage buffers
    std::vector<MatrixFragment> fragments;   // empty: no KHR_cooperative_matrix
    std::vector<WorkgroupMatrix> workgroup_matrices;   // empty: no NV_cooperative_matrix2 with all that kernels use
    std::uint32_t max_workgroup_matrix = 0;  // largest extent of one
    std::set<std::string, std::less<>> disabled;   // kernel variants the self-test found wrong on this driver
    std::shared_ptr<TuneTable const> tune;   // tiles measured to be fastest (compute/kernels/tune_table.h); null: none were
    std::uint64_t max_buffer_bytes = 1ull << 31;   // one allocation; 2 GiB is what nearly every driver gives
    double flops_per_second = 2e12;       // rough, for cutting submissions by time
    double bytes_per_second = 200e9;
    double submission_seconds = 0.1;      // a submission is cut at about this length
};

}
