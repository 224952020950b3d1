// SPDX-License-Identifier: Apache-2.0
#pragma once

// Ctrl-C (and SIGTERM) as a stop token: the first asks the work to stop, the second ends the process at once.

#include <stop_token>

namespace igneous {

/// From the first call on, signals ask this token to stop. Call it before other threads are made: they inherit the
/// mask.
std::stop_token stop_on_signals();

}
