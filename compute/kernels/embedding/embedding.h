// SPDX-License-Identifier: Apache-2.0
#pragma once

// How embedding, time_embedding and gather_rows become dispatches.

#include "compute/kernels/kernel.h"

namespace igneous {

void lower_embedding(Op const& op, Lowering& lowering);
void lower_gather_rows(Op const& op, Lowering& lowering);
void lower_time_embedding(Op const& op, Lowering& lowering);

}
