// SPDX-License-Identifier: Apache-2.0
#include "app/cli/commands.h"

#include <CLI/CLI.hpp>

namespace igneous {

Command add_worker(CLI::App& program)
{
    CLI::App& app = *program.add_subcommand("worker", "worker");
    return { &app, [](Console&) {} };
}

}
