// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command_line.h"

#include "app/cli/commands.h"
#include "app/cli/console.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <format>
#include <new>

namespace igneous {

namespace {

constexpr char const* footer = R"(Exit codes and the error codes behind them:
    0  done
    1  internal            a bug of Igneous
    2  invalid_argument    an option or an input is wrong
    3  file_missing        a file or folder is not there or cannot be opened
       file_damaged        a file is not what it should be
       unsupported_model   a model of a kind that Igneous does not know
       weights_mismatch    a model's tensors are missing, too many or of the wrong shape
    4  no_device           no Vulkan driver, or none that fits
       device_lost         the driver gave up
       out_of_memory       of the device or of the machine
    5  numeric             NaN or Inf where there may be none, or slower than igneous bench --against allows
    6  disk_full           a file could not be written whole
  130  cancelled           by Ctrl-C or a signal

Results go to stdout, progress and errors to stderr. With --json everything goes to stdout, one object a line, told
apart by its one key: phase, step, image, memory, notice, error...
Environment: IGNEOUS_DEVICE (index or part of a name), IGNEOUS_STARTER (folder of the starter model), IGNEOUS_DATA (folder
of queue, gallery and library),
IGNEOUS_TUNE=off|fixed|full (as --tune), IGNEOUS_VALIDATION=1|gpu (Vulkan validation layers).)";

/// Reads the command line; the command to run, or nothing where the answer was help.
CliCommand const* parse(CLI::App& program, std::vector<CliCommand> const& commands, std::vector<std::string> const& arguments,
    Console& console)
{
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend() - 1);   // CLI11 takes them from the back
    CLI::App const* current = &program;
    auto const asked = [&]() -> CliCommand const* {
        auto const found = std::ranges::find_if(commands, [](CliCommand const& c) { return c.app->parsed(); });
        return found == commands.end() ? nullptr : &*found;
    };
    if (arguments.size() > 1 && !arguments[1].starts_with('-')
        && std::ranges::none_of(commands, [&](CliCommand const& c) { return c.app->get_name() == arguments[1]; }))
        fail(ErrorCode::invalid_argument, "there is no command {}; see igneous --help", arguments[1]);
    try {
        program.parse(reversed);
    } catch (CLI::CallForVersion const&) {
        console.print(program.version());
        return nullptr;
    } catch (CLI::CallForHelp const&) {
        if (CliCommand const* command = asked())
            current = command->app;
        console.print(current->help(current == &program ? "" : "igneous"));
        return nullptr;
    } catch (CLI::ParseError const& error) {
        CliCommand const* command = asked();
        std::string const help = command ? "igneous " + command->app->get_name() + " --help" : "igneous --help";
        fail(ErrorCode::invalid_argument, "{}; see {}", error.what(), help);
    }
    return asked();
}

}

int exit_code(ErrorCode code)
{
    switch (code) {
    case ErrorCode::invalid_argument: return 2;
    case ErrorCode::file_missing:
    case ErrorCode::file_damaged:
    case ErrorCode::unsupported_model:
    case ErrorCode::weights_mismatch: return 3;
    case ErrorCode::no_device:
    case ErrorCode::device_lost:
    case ErrorCode::out_of_memory: return 4;
    case ErrorCode::numeric: return 5;
    case ErrorCode::disk_full: return 6;
    case ErrorCode::cancelled: return 130;
    case ErrorCode::internal: break;
    }
    return 1;
}

namespace {

/// What to do about an error whose message does not say it itself: those that do have it behind a semicolon.
std::string_view advice(ErrorCode code)
{
    switch (code) {
    case ErrorCode::file_missing: return "check the path";
    case ErrorCode::file_damaged: return "copy or download it again";
    case ErrorCode::unsupported_model: return "igneous info tells what a folder or a file is";
    case ErrorCode::weights_mismatch: return "its files do not belong together, download the model again";
    case ErrorCode::out_of_memory: return "ask for a smaller size or batch, or close other programs";
    case ErrorCode::device_lost: return "run it again; where that does not help, update the graphics driver";
    case ErrorCode::no_device: return "igneous devices lists what there is";
    case ErrorCode::numeric: return "try --tier f32, or --inspect nan to see where it begins";
    case ErrorCode::disk_full: return "make room on the disk or write elsewhere";
    case ErrorCode::internal: return "this is a bug of Igneous, please report it with the command line";
    case ErrorCode::invalid_argument:
    case ErrorCode::cancelled: break;
    }
    return {};
}

}

int run_command_line(std::vector<std::string> const& arguments, Console& console)
{
    if (std::ranges::find(arguments, "--json") != arguments.end())
        console.use_json();                // before parsing, so that its errors are objects too
    ErrorCode code = ErrorCode::internal;
    std::string message;
    try {
        CLI::App program("Pictures from words, on your own GPU through Vulkan.", "igneous");
        program.set_version_flag("--version", "igneous " IGNEOUS_VERSION);
        program.require_subcommand(1);
#ifdef IGNEOUS_SERVICE
        program.footer(footer);
#else
        program.footer(std::string(footer) + "\nThis build was made without Qt: queue, gallery and library are left out.");
#endif
        std::vector<CliCommand> const commands {
            add_generate(program),
            add_plan(program),
            add_info(program),
            add_recipe(program),
#ifdef IGNEOUS_SERVICE
            add_queue(program),
            add_gallery(program),
            add_library(program),
#endif
            add_devices(program),
            add_bench(program),
            add_eval(program),
            add_worker(program),
        };
        for (CliCommand const& command : commands) {
            command.app->add_flag("--json", "One JSON object a line on stdout");
            command.app->footer("Exit codes: 0 done, 1 internal, 2 argument, 3 file or model, 4 device, 5 numbers, "
                                "6 disk full, 130 cancelled "
                                "(igneous --help has all)");
        }
        if (CliCommand const* command = parse(program, commands, arguments, console))
            command->run(console);
        console.finish();
        return 0;
    } catch (Error const& error) {
        code = error.code();
        message = error.what();
    } catch (std::bad_alloc const&) {
        code = ErrorCode::out_of_memory;
        message = "this machine has no memory left for it; ask for a smaller size or batch, or close other programs";
    } catch (std::exception const& error) {
        message = error.what();
    }
    if (std::string_view const what_to_do = advice(code); !what_to_do.empty() && message.find(';') == message.npos)
        message += std::format("; {}", what_to_do);
    console.error(code, message);
    return exit_code(code);
}

}
