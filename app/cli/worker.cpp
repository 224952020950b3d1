// SPDX-License-Identifier: Apache-2.0
// `igneous worker`: the engine for other programs, over stdin and stdout.
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/files/file.h"
#include "app/files/places.h"
#include "app/worker/confinement.h"
#include "app/worker/engine_room.h"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <memory>

namespace igneous {

namespace fs = std::filesystem;

namespace {

struct WorkerCommandOptions {
    std::string device, job_folder, confine = "on";
    std::vector<std::string> model_folders;
    std::uint64_t memory_limit = 0;        // MiB
};

void serve(WorkerCommandOptions const& command)
{
    require(command.confine == "off" || command.confine == "on" || command.confine == "require",
        "--confine: expected off, on or require, got {}", command.confine);
    bool const confined = command.confine != "off";
    WorkerOptions options { .version = "igneous " IGNEOUS_VERSION, .job_folder = path_from_utf8(command.job_folder) };
    for (std::string const& folder : command.model_folders)
        options.model_folders.push_back(path_from_utf8(folder));
    if (!command.job_folder.empty())
        require_writable_folder(options.job_folder);
    if (confined || !options.model_folders.empty()) {
        try {
            options.model_folders.push_back(starter_model());
        } catch (Error const&) {           // an installation without it
        }
    }

    leave_interrupts_to_the_user();
    Streams streams(0, take_standard_output());
    fs::path const cache = cache_home().empty() ? fs::path() : cache_home() / "igneous";
    if (confined) {
        // First of all: before the driver's code is loaded and before there are threads, which Landlock would leave out.
        std::error_code error;
        fs::create_directories(cache, error);
        options.confinement = confine_process(worker_places(options.model_folders, options.job_folder, cache));
        ConfinementReport const& held = options.confinement;
        for (std::string const& part : { held.files, held.network, held.calls })
            require(command.confine != "require" || !part.starts_with("no"), "--confine require: {}", part);
    }
    if (!cache.empty())
        options.hash_book = cache / "hashes";
    options.engine = real_engine_room(command.device, cache, command.memory_limit << 20);
    if (!serve_worker(std::move(options), streams))
        std::_Exit(1);                     // a job is stuck in a driver: its thread would be waited for in vain
}

}

CliCommand add_worker(CLI::App& program)
{
    CLI::App& app = *program.add_subcommand(
        "worker", "The engine for other programs: JSON-RPC on stdin and stdout (docs/worker-protocol.md)");
    auto const options = std::make_shared<WorkerCommandOptions>();
    app.add_option("--device", options->device, "Index or part of the name of a Vulkan device (see igneous devices)");
    app.add_option("--memory-limit", options->memory_limit, "MiB of device memory to use at most; 0: what the driver gives")
        ->check(CLI::Range(0, 1 << 20));
    app.add_option("--model-folder", options->model_folders,
        "Models and adapters may be read from here; can be given again [the starter model's alone]");
    app.add_option("--job-folder", options->job_folder, "The folders of jobs lie in this one, and nothing else is written");
    app.add_option("--confine", options->confine,
           "Keep the process from the network, other programs and other files. off, on: as far as this system "
           "can, require: or fail")
        ->capture_default_str();
    return { &app, [options](Console&) { serve(*options); } };
}

}
