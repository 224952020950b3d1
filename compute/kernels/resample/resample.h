// SPDX-License-Identifier: Apache-2.0
#pragma once

// How resample and average_pool become dispatches; what they mean is in compute/ops/resample.h.

#include "compute/kernels/kernel.h"

namespace igneous {

void lower_resample(Op const& op, Lowering& lowering);
void lower_average_pool(Op const& op, Lowering& lowering);

}
