// SPDX-License-Identifier: Apache-2.0
// `igneous bench`: how fast every kernel and whole models are on a device, and what has become slower.
#include "app/cli/bench_models.h"
#include "app/cli/bench_results.h"
#include "app/cli/cancel.h"
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/inspection.h"
#include "app/cli/tune_option.h"
#include "app/files/places.h"
#include "compute/device/device.h"
#include "compute/kernels/shader_library.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <format>
#include <memory>

namespace igneous {

namespace {

struct BenchCommandOptions {
    std::string device, tune, against;
    double allowed = 10;                   // percent
    bool profile = false;
    std::vector<std::string> without;      // kernels
    BenchOptions bench;
};

constexpr char const* columns = "{:24} {:30} {:>10} {:>21} {:>5} {:>9} {:>8} {:>8} {:>8}  {}";

template <class... Cells>
std::string row(Cells const&... cells)
{
    return std::vformat(columns, std::make_format_args(cells...));
}

/// A model's step runs on more kernels than a line holds; --json has them all.
std::string shortened(std::string const& variant)
{
    constexpr std::size_t most = 60;
    return variant.size() <= most ? variant : variant.substr(0, most) + "...";
}

/// The starter model's folder, or nothing where it is not there.
std::filesystem::path starter_or_none(Console& console)
{
    try {
        return starter_model();
    } catch (Error const& error) {
        console.note(std::format("without the starter model: {}", error.what()));
        return {};
    }
}

/// Shows results as they come, and remembers what has become slower.
class Report {
public:
    Report(BenchCommandOptions const& options, Console& console)
        : m_options(options)
        , m_console(console)
    {
        if (!options.against.empty())
            m_stored = StoredResults::read(path_from_utf8(options.against));
    }

    void begin(DeviceInfo const& device)
    {
        m_console.object(bench_header(device, IGNEOUS_VERSION, m_options.bench.limits, m_options.without));
        m_console.note("device: " + device.name);
        if (m_stored && m_stored->device() != device.name)
            m_console.note(std::format("{} was measured on {}", m_options.against,
                m_stored->device().empty() ? "a device that it does not name" : m_stored->device()));
        m_console.print(row("name", "shape", "ms", "p10 to p90", "runs", "GFLOP/s", "GB/s", "share",
            m_stored ? "speed" : "", "variant"));
    }

    void add(BenchResult const& r)
    {
        auto const change = m_stored ? m_stored->compare(r, m_options.allowed / 100) : std::nullopt;
        nlohmann::ordered_json line = bench_json(r);
        std::string speed;
        if (change) {
            line["against"] = { { "ms", change->stored_ms }, { "speed", change->speed }, { "slower", change->slower } };
            speed = std::format("{}{:.2f}x", change->slower ? "! " : "", change->speed);
        }
        if (change && change->slower)
            m_slower.push_back(std::format("{} {} ({:.2f}x)", r.name, r.shape, change->speed));
        m_compared += change.has_value();
        m_console.object(line);
        m_console.print(row(r.name, r.shape, std::format("{:.4f}", r.time.median),
            std::format("{:.4f} to {:.4f}", r.time.p10, r.time.p90), r.time.runs, std::format("{:.1f}", r.gflops),
            std::format("{:.1f}", r.gbps), std::format("{:.1f} %", 100 * r.share), speed, shortened(r.variant)));
    }

    /// Throws where something has become slower.
    void finish() const
    {
        if (!m_stored)
            return;
        if (m_slower.empty()) {
            m_console.note(std::format("{} cases compared, none more than {} % slower", m_compared, m_options.allowed));
            return;
        }
        std::string names;
        for (std::string const& name : m_slower)
            names += (names.empty() ? "" : ", ") + name;
        fail(ErrorCode::numeric,
            "bench: {} of {} cases are more than {} % slower than in {}: {}; run them again alone to be sure",
            m_slower.size(), m_compared, m_options.allowed, m_options.against, names);
    }

private:
    BenchCommandOptions const& m_options;
    Console& m_console;
    std::optional<StoredResults> m_stored;
    std::vector<std::string> m_slower;
    int m_compared = 0;
};

/// Throws where there is no such kernel.
void leave_out(Device& device, std::string const& kernel)
{
    bool const known = std::ranges::any_of(
        all_shaders(), [&](ShaderEntry const& entry) { return entry.name.substr(0, entry.name.find('.')) == kernel; });
    require(known, "--without: there is no kernel \"{}\"; their names are those of --json, up to the first dot", kernel);
    device.disable(kernel);
}

void run(BenchCommandOptions options, Console& console)
{
    std::stop_token const stop = stop_on_signals();
    TimingLimits const& limits = options.bench.limits;
    require(limits.runs >= 1 && limits.runs <= 10000, "--runs: {} is outside 1 to 10000", limits.runs);
    require(limits.seconds > 0 && limits.seconds <= 3600, "--seconds: {} is outside 0 to 3600", limits.seconds);
    require(options.allowed >= 0 && options.allowed <= 1000, "--allowed: {} is outside 0 to 1000", options.allowed);
    Report report(options, console);
    auto const device = Device::open({ .name_or_index = options.device, .tuning = tuning_from(options.tune) });
    for (std::string const& kernel : options.without)
        leave_out(*device, kernel);
    auto const starter = starter_or_none(console);
    options.bench.more_cases = model_cases(starter);
    options.bench.more_tasks = model_tasks(starter, options.device);
    options.bench.skipped = [&](std::string const& name, std::string const& shape, std::string const& why) {
        console.object({ { "skipped", { { "name", name }, { "shape", shape }, { "why", why } } } });
        console.note(std::format("{} {} is left out: {}", name, shape, why));
    };
    if (options.profile)
        options.bench.profile = [&](BenchResult const& result, std::vector<ProfileRow> const& rows) {
            show_profile(console, result.name + " " + result.shape, rows);
        };
    report.begin(device->info());
    run_benchmarks(device, options.bench, [&](BenchResult const& result) { report.add(result); }, stop);
    report.finish();
}

}

CliCommand add_bench(CLI::App& program)
{
    CLI::App& app = *program.add_subcommand(
        "bench", "Speed of kernels and whole models, and its share of what the device can do");
    auto const options = std::make_shared<BenchCommandOptions>();
    app.add_option("pattern", options->bench.pattern, "Only what has this in its name or shape, such as e2e [all]");
    app.add_option("--runs", options->bench.limits.runs, "Runs of each at most; the median counts")
        ->capture_default_str();
    app.add_option("--seconds", options->bench.limits.seconds, "Time for each at most, once it ran three times")
        ->capture_default_str();
    app.add_flag("--large", options->bench.large, "On a CPU too, what only GPUs are quick enough for");
    app.add_flag("--profile", options->profile, "Where the time of each step and part goes, by kernel");
    app.add_option("--against", options->against,
        "Results of --json of another day: tells speeds against them, and "
        "ends with 5 where something has become slower");
    app.add_option("--allowed", options->allowed, "Percent that a case may be slower than in --against")
        ->capture_default_str();
    app.add_option("--without", options->without,
           "A kernel that is left out, such as matmul/product_sum, to see what it is good for; may be given again")
        ->allow_extra_args(false);
    app.add_option("--device", options->device, "Index or part of the name of a Vulkan device");
    add_tune_option(app, options->tune);
    return { &app, [options](Console& console) { run(*options, console); } };
}

}
