// SPDX-License-Identifier: Apache-2.0
#pragma once

// The `igneous` command: which subcommands there are, and how a failure becomes a message and an exit code.

#include "models/api/error.h"

#include <string>
#include <vector>

namespace igneous {

class Console;

/// The exit code of a failure. 0: done. 1: internal. 2: invalid_argument. 3: file_missing, file_damaged,
/// unsupported_model, weights_mismatch. 4: no_device, device_lost, out_of_memory. 5: numeric. 6: disk_full. 130:
/// cancelled.
int exit_code(ErrorCode code);

/// Runs one command line, arguments[0] being the program. Everything that is thrown ends here. Returns the exit code.
int run_command_line(std::vector<std::string> const& arguments, Console& console);

}
