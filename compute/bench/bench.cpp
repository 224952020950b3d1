// SPDX-License-Identifier: Apache-2.0
#include "compute/bench/bench.h"

#include "compute/bench/case.h"
#include "compute/bench/peaks.h"
#include "compute/device/device.h"
#include "compute/graph/program.h"
#include "compute/kernels/choice.h"
#include "compute/kernels/sampling/masked_blend.h"
#include "compute/kernels/sampling/weighted_sum.h"
#include "compute/memory/memory.h"
#include "compute/memory/weight_store.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <format>
#include <random>
#include <set>

namespace igneous {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Ordinary numbers (zeros for indices): what lies in fresh memory may be denormal or NaN, and slow.
HostTensor any_values(PlanValue const& input)
{
    if (input.dtype != DType::f32 && input.dtype != DType::f16)
        return HostTensor(input.dtype, input.shape);
    HostTensor values(DType::f32, input.shape);
    std::mt19937 random(1);
    std::normal_distribution<float> normal(0, 1);
    std::ranges::generate(values.f32(), [&] { return normal(random); });
    return values;
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values.empty() ? 0 : values[values.size() / 2];
}

class Bench {
public:
    Bench(std::shared_ptr<Device> device, BenchOptions const& options,
        std::function<void(BenchResult const&)> const& done, std::stop_token stop)
        : m_device(std::move(device))
        , m_options(options)
        , m_done(done)
        , m_stop(std::move(stop))
        , m_peaks(measure_peaks(*m_device))
    {
        for (BenchResult const& result : m_peaks.results)
            m_done(result);
    }

    /// Runs the case as a model would; the first case of each name also on the kernels that the device would not
    /// choose.
    void run(BenchCase const& bench_case);
    void run_sampling(std::uint64_t count);

private:
    bool wanted(std::string const& name, std::string const& shape) const;
    void run_planned(BenchCase const& bench_case, std::shared_ptr<Plan const> const& plan);
    void report(std::string name, std::string shape, std::string variant, double ms, double flops, double bytes);

    std::shared_ptr<Device> m_device;
    BenchOptions m_options;
    std::function<void(BenchResult const&)> const& m_done;
    std::stop_token m_stop;
    Peaks m_peaks;
    std::set<std::string, std::less<>> m_seen;      // names of cases
};

/// The shaders of a plan, joined by " + ".
std::string variant_of(Plan const& plan)
{
    std::string variant;
    for (PlanStep const& step : plan.steps)
        if (variant.find(step.dispatch.shader) == variant.npos)
            variant += (variant.empty() ? "" : " + ") + step.dispatch.shader;
    return variant;
}

/// One plan for each set of kernels that can run the case, the device's own choice first.
std::vector<std::shared_ptr<Plan const>> plans_of(BenchCase const& bench_case, DeviceProfile const& profile, bool all)
{
    std::vector<std::shared_ptr<Plan const>> plans;
    DeviceProfile flipped = profile;                 // CPUs run kernels made for them, and could run the others
    flipped.cpu = !profile.cpu;
    auto const add = [&](KernelFamily family, DeviceProfile const& as) {
        force_kernel_family(family);
        auto plan = std::make_shared<Plan const>(make_plan(bench_case.build(), { .profile = as }));
        if (std::ranges::none_of(plans, [&](auto const& other) { return variant_of(*other) == variant_of(*plan); }))
            plans.push_back(std::move(plan));
    };
    KernelFamily const chosen = kernel_family();
    add(chosen, profile);
    if (all) {
        add(KernelFamily::scalar, profile);
        add(KernelFamily::scalar, flipped);
        add(KernelFamily::coopmat, profile);
    }
    force_kernel_family(chosen);
    return plans;
}

bool Bench::wanted(std::string const& name, std::string const& shape) const
{
    if (m_stop.stop_requested())
        fail(ErrorCode::cancelled, "bench: stopped, as was asked");
    return (name + " " + shape).find(m_options.pattern) != std::string::npos;
}

void Bench::report(std::string name, std::string shape, std::string variant, double ms, double flops, double bytes)
{
    double const seconds = ms / 1e3;
    double const best = std::max(flops / m_peaks.flops_per_second, bytes / m_peaks.bytes_per_second);
    BenchResult result {
        .name = std::move(name), .shape = std::move(shape), .variant = std::move(variant), .milliseconds = ms
    };
    if (seconds > 0) {
        result.gflops = flops / seconds / 1e9;
        result.gbps = bytes / seconds / 1e9;
        result.share = best / seconds;
    }
    m_done(result);
}

void Bench::run(BenchCase const& bench_case)
{
    if (!wanted(bench_case.name, bench_case.shape) || (bench_case.size == BenchSize::large && m_device->profile().cpu))
        return;
    bool const first = m_seen.insert(bench_case.name).second;
    for (auto const& plan : plans_of(bench_case, m_device->profile(), first))
        run_planned(bench_case, plan);
}

void Bench::run_planned(BenchCase const& bench_case, std::shared_ptr<Plan const> const& plan)
{
    Program program(m_device, plan, WeightStore::create(m_device));
    for (auto const& [name, value] : plan->inputs)
        program.write(name, any_values(plan->values[value]));
    program.run_profiled();                // compiles and warms up
    std::vector<double> times;
    std::vector<ProfileRow> rows;
    auto const start = Clock::now();
    while (static_cast<int>(times.size()) < m_options.runs &&
        (times.size() < 3 || seconds_since(start) < m_options.seconds_per_case)) {
        if (m_stop.stop_requested())
            fail(ErrorCode::cancelled, "bench: stopped, as was asked");
        rows = program.run_profiled();
        double sum = 0;
        for (ProfileRow const& row : rows)
            sum += row.milliseconds;
        times.push_back(sum);
    }
    double flops = 0, bytes = 0;
    for (ProfileRow const& row : rows) {
        flops += row.flops;
        bytes += row.bytes;
    }
    report(bench_case.name, bench_case.shape, variant_of(*plan), median(times), flops, bytes);
}

/// The two eager kernels of the sampler, which are no ops of a graph.
void Bench::run_sampling(std::uint64_t count)
{
    std::string const shape = std::format("{} values", count);
    auto const bytes = count * sizeof(float);
    auto const block = m_device->memory().allocate(4 * bytes, Intent::activations, "bench: latents");
    std::array<WeightedTerm, 3> const terms { { { block->address(), 0.5f }, { block->address() + bytes, 0.25f },
        { block->address() + 2 * bytes, 0.25f } } };
    Dispatch const sum = weighted_sum(block->address() + 3 * bytes, terms, count, m_device->profile());
    Dispatch const blend = masked_blend({ .out = block->address() + 3 * bytes,
                                            .a = block->address(),
                                            .b = block->address() + bytes,
                                            .mask = block->address() + 2 * bytes,
                                            .count = count,
                                            .channels = 4 },
        m_device->profile());
    for (auto const& [name, dispatch] : { std::pair("weighted_sum", &sum), std::pair("masked_blend", &blend) })
        if (wanted(name, shape))
            report(name, shape, dispatch->shader, time_dispatch(*m_device, *dispatch, m_options.runs), dispatch->flops,
                dispatch->bytes);
}

}

void run_benchmarks(std::shared_ptr<Device> device, BenchOptions const& options,
    std::function<void(BenchResult const&)> const& done, std::stop_token stop)
{
    bool const cpu = device->profile().cpu;
    Bench bench(std::move(device), options, done, std::move(stop));
    for (BenchCase const& bench_case : bench_cases())
        bench.run(bench_case);
    bench.run_sampling(16 * 16 * 4);
    if (!cpu)
        bench.run_sampling(8 * 128 * 128 * 4);
}

}
