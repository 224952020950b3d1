// SPDX-License-Identifier: Apache-2.0
#pragma once

// How group_norm and layer_norm become dispatches; what they mean is in compute/ops/norm.h.

#include "compute/kernels/kernel.h"

namespace igneous {

void lower_group_norm(Op const& op, Lowering& lowering);
void lower_layer_norm(Op const& op, Lowering& lowering);

}
