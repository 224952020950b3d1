// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compute/kernels/kernel.h"
#include "compute/ops/conv2d.h"

namespace igneous {

/// Whether the kernel that runs this convolution can normalise x while it loads it, and is quicker so than by a pass of
/// its own: it does so once for each panel, which costs more than a pass where panels are many (docs/performance.md).
bool normalises_while_loading(
    Conv2dOp const& op, DType storage, Shape const& x, Shape const& weight, Shape const& y, DeviceProfile const& profile);

void lower_conv2d(Op const& op, Lowering& lowering);

}
