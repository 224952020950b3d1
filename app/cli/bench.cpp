// SPDX-License-Identifier: Apache-2.0
// `igneous bench`: how fast every kernel is on a device.
#include "app/cli/cancel.h"
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "compute/bench/bench.h"
#include "compute/device/device.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <format>
#include <memory>

namespace igneous {

namespace {

struct BenchCommandOptions {
    std::string device;
    BenchOptions bench;
};

constexpr char const* columns = "{:24} {:26} {:>10} {:>10} {:>9} {:>7}  {}";

void run(BenchCommandOptions const& options, Console& console)
{
    std::stop_token const stop = stop_on_signals();
    require(
        options.bench.runs >= 1 && options.bench.runs <= 10000, "--runs: {} is outside 1 to 10000", options.bench.runs);
    auto const device = Device::open({ .name_or_index = options.device });
    console.note("device: " + device->info().name);
    console.print(
        std::vformat(columns, std::make_format_args("kernel", "shape", "ms", "GFLOP/s", "GB/s", "share", "variant")));
    run_benchmarks(device, options.bench, [&](BenchResult const& r) {
        console.object({ { "name", r.name }, { "shape", r.shape }, { "variant", r.variant }, { "ms", r.milliseconds },
            { "gflops", r.gflops }, { "gbps", r.gbps }, { "share", r.share } });
        std::string const ms = std::format("{:.4f}", r.milliseconds), gflops = std::format("{:.1f}", r.gflops),
                          gbps = std::format("{:.1f}", r.gbps), share = std::format("{:.1f} %", 100 * r.share);
        console.print(
            std::vformat(columns, std::make_format_args(r.name, r.shape, ms, gflops, gbps, share, r.variant)));
    }, stop);
}

}

CliCommand add_bench(CLI::App& program)
{
    CLI::App& app = *program.add_subcommand("bench", "GFLOP/s, GB/s and share of the measured peak of every kernel");
    auto const options = std::make_shared<BenchCommandOptions>();
    app.add_option("pattern", options->bench.pattern, "Only what has this in its name or shape [all]");
    app.add_option("--runs", options->bench.runs, "Runs of each; the median counts")->capture_default_str();
    app.add_option("--device", options->device, "Index or part of the name of a Vulkan device");
    return { &app, [options](Console& console) { run(*options, console); } };
}

}
