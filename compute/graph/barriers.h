// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compute/graph/plan.h"

namespace igneous {

/// Marks the steps that must wait: those that read what an earlier one since the last such step wrote, or write over
/// what one read or wrote. Offsets are known by now.
void mark_barriers(Plan& plan);

}
