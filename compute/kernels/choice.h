// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which family of kernels may be used: what the device offers, unless IGNEOUS_KERNELS=scalar|coopmat|coopmat2 (read
// once) or a test says otherwise. Forcing a family never makes an op impossible: where the family has no kernel for a case
// (coopmat with f32 activations, say) the scalar one runs.

#include "compute/kernels/kernel.h"

#include <optional>

namespace igneous {

/// coopmat2 has to be asked for: its speed was never measured on a device that has it.
enum class KernelFamily : std::uint8_t { automatic, scalar, coopmat, coopmat2 };

KernelFamily kernel_family();
/// For tests: overrides the environment until called again.
void force_kernel_family(KernelFamily family);

/// The cooperative-matrix fragment to use for f16 inputs and f32 sums, or nothing: none listed, not wanted, or the
/// variant (such as "matmul/linear_coopmat") is switched off.
std::optional<MatrixFragment> choose_fragment(
    DeviceProfile const& profile, std::string_view variant, DType storage);

/// Whether products are made by matrices of a whole workgroup, where their shapes allow it.
bool takes_workgroup_matrices(DeviceProfile const& profile);

/// Which extents the matrices of a whole workgroup may have, for a variant such as "matmul/linear_coopmat2"; nothing
/// where the device has none of at least 128 invocations, or the family or the variant is not wanted.
std::optional<WorkgroupMatrix> choose_workgroup_matrix(
    Lowering const& lowering, std::string_view variant, std::string_view module, DType storage);

}
