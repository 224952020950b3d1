// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compute/kernels/kernel.h"

namespace igneous {

void lower_conv2d(Op const& op, Lowering& lowering);

}
