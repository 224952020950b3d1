// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the ops of compute/ops/sampling.h become dispatches.

#include "compute/kernels/kernel.h"

namespace igneous {

void lower_model_input(Op const& op, Lowering& lowering);
void lower_guide(Op const& op, Lowering& lowering);

}
