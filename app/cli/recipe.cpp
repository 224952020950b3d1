// SPDX-License-Identifier: Apache-2.0
#include "app/cli/commands.h"

#include <CLI/CLI.hpp>

namespace igneous {

Command add_recipe(CLI::App& program)
{
    CLI::App& app = *program.add_subcommand("recipe", "recipe");
    return { &app, [](Console&) {} };
}

}
