// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the ops of compute/ops/elementwise.h and the copies of compute/ops/shape_ops.h become dispatches.

#include "compute/kernels/kernel.h"

namespace igneous {

void lower_unary(Op const& op, Lowering& lowering);
void lower_binary(Op const& op, Lowering& lowering);
void lower_geglu(Op const& op, Lowering& lowering);
void lower_concat(Op const& op, Lowering& lowering);
void lower_slice_channels(Op const& op, Lowering& lowering);

}
