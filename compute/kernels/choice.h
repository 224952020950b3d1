// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which family of kernels may be used: what the device offers, unless IGNEOUS_KERNELS=scalar|coopmat (read once) or a
// test says otherwise. Forcing a family never makes an op impossible: where the family has no kernel for a case
// (coopmat with f32 activations, say) the scalar one runs.

#include "compute/kernels/kernel.h"

#include <optional>

namespace igneous {

enum class KernelFamily : std::uint8_t { automatic, scalar, coopmat };

KernelFamily kernel_family();
/// For tests: overrides the environment until called again.
void force_kernel_family(KernelFamily family);

/// The cooperative-matrix fragment to use for f16 inputs and f32 sums, or nothing: none listed, not wanted, or the
/// variant (such as "matmul/linear_coopmat") is switched off.
std::optional<MatrixFragment> choose_fragment(Lowering const& lowering, std::string_view variant, DType storage);
}
