// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compute/kernels/kernel.h"
#include "compute/kernels/matmul/product.h"
#include "compute/ops/conv2d.h"

namespace igneous {

/// What a convolution reads and writes.
struct ConvOperands {
    Operand x, x2, y;            // x2: absent without a concat
    std::size_t weight = 1;      // number of the input
    Epilogue end;
    Operand norm;                // absent: x is taken as it is
    Operand statistics;          // of y, where they are asked for
};

/// 3 x 3 taps that slide over every pixel.
bool has_nine_taps(ConvSettings const& conv, Shape const& weight);

/// Whether the kernel that runs this convolution can normalise x while it loads it, and is quicker so than by a pass of
/// its own: it does so once for each panel, which costs more than a pass where panels are many (docs/performance.md).
bool normalises_while_loading(
    Conv2dOp const& op, DType storage, Shape const& x, Shape const& weight, Shape const& y, DeviceProfile const& profile);

void lower_conv2d(Op const& op, Lowering& lowering);

}
