// SPDX-License-Identifier: Apache-2.0
#pragma once

// Weights that do not all fit the device: some stay there, the others wait in the computer's memory and come to a window of
// two halves, segment by segment, while the steps before them run. Every step reads each weight once, so that keeping
// what was used last would keep nothing of use; what stays is chosen for good.

#include "compute/graph/plan.h"

namespace igneous {

/// Makes weights of `plan` streamed until those that stay and the window take at most `limit` bytes, or until no more can
/// be. Streamed ones are spread evenly over the steps, so that there is work to hide each behind.
void stream_weights(Plan& plan, std::uint64_t limit);

}
