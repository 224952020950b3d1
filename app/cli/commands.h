// SPDX-License-Identifier: Apache-2.0
#pragma once

// The subcommands: each adds itself with its options to the command line and gives what runs it once that is read.

#include <functional>

namespace CLI {
class App;
}

namespace igneous {

class Console;

struct Command {
    CLI::App* app;                              // tells whether it was asked for
    std::function<void(Console&)> run;          // throws Error
};

Command add_generate(CLI::App& program);
Command add_plan(CLI::App& program);
Command add_eval(CLI::App& program);
Command add_info(CLI::App& program);
Command add_devices(CLI::App& program);
Command add_bench(CLI::App& program);
Command add_recipe(CLI::App& program);
Command add_worker(CLI::App& program);

// Only where the build has the service (IGNEOUS_SERVICE).
Command add_queue(CLI::App& program);
Command add_gallery(CLI::App& program);
Command add_library(CLI::App& program);

}
