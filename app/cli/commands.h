// SPDX-License-Identifier: Apache-2.0
#pragma once

// The subcommands: each adds itself with its options to the command line and gives what runs it once that is read.

#include <functional>

namespace CLI {
class App;
}

namespace igneous {

class Console;

struct CliCommand {
    CLI::App* app;                              // tells whether it was asked for
    std::function<void(Console&)> run;          // throws Error
};

CliCommand add_generate(CLI::App& program);
CliCommand add_plan(CLI::App& program);
CliCommand add_eval(CLI::App& program);
CliCommand add_info(CLI::App& program);
CliCommand add_devices(CLI::App& program);
CliCommand add_bench(CLI::App& program);
CliCommand add_recipe(CLI::App& program);
CliCommand add_worker(CLI::App& program);

// Only where the build has the service (IGNEOUS_SERVICE).
CliCommand add_queue(CLI::App& program);
CliCommand add_gallery(CLI::App& program);
CliCommand add_library(CLI::App& program);

}
