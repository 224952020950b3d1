// SPDX-License-Identifier: Apache-2.0
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/device_report.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace igneous {

namespace {

struct DevicesOptions {
    std::string device;
    bool self_test = false, tune = false;
};

}

CliCommand add_devices(CLI::App& program)
{
    CLI::App& app =
        *program.add_subcommand("devices", "The Vulkan devices of this machine, and whether their numbers are right");
    auto const options = std::make_shared<DevicesOptions>();
    app.add_option("--device", options->device, "Test only this one: index or part of its name");
    app.add_flag("--tune", options->tune, "What was measured to choose the fastest kernels");
    app.add_flag("--self-test", options->self_test, "Compare every kernel with known answers");
    return { &app, [options](Console& console) {
        show_devices(console);
        if (options->tune)
            show_tuning(options->device, console);
        if (options->self_test)
            test_devices(options->device, console);
    } };
}

}
