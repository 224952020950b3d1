// SPDX-License-Identifier: Apache-2.0
#pragma once

// The system calls that an engine never needs and a broken one would want: network, other processes, other programs, the
// kernel's own doors. Linux only.

namespace igneous {

/// From now on they fail with EPERM, for all threads, for good. False, with errno, where the kernel will not.
bool forbid_system_calls();

}
