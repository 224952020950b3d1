// SPDX-License-Identifier: Apache-2.0
#include "compute/bench/bench.h"

#include "compute/bench/case.h"
#include "compute/bench/peaks.h"
#include "compute/device/device.h"
#include "compute/graph/program.h"
#include "compute/kernels/choice.h"
#include "compute/memory/memory.h"
#include "compute/memory/weight_store.h"
#include "compute/tune/tune.h"

#include <algorithm>
#include <random>
#include <set>
#include <span>

namespace igneous {

namespace {

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

/// The shaders of a plan, joined by " + ", with tiles that are not the fixed rules'.
std::string variant_of(Plan const& plan)
{
    std::set<std::string> seen;
    std::string variant;
    for (PlanStep const& step : plan.steps) {
        std::string name = step.dispatch.shader;
        if (auto const& tile = step.dispatch.tile; tile && tile->chosen != tile->candidates.front())
            name += " [" + text_of(tile->chosen) + "]";
        if (seen.insert(name).second)
            variant += (variant.empty() ? "" : " + ") + name;
    }
    return variant;
}

using Plans = std::vector<std::shared_ptr<Plan const>>;

/// One plan for each set of kernels that can run the case, the device's own choice first, then that of the fixed rules.
Plans plans_of(BenchCase const& bench_case, DeviceProfile const& profile, bool all)
{
    Plans plans;
    DeviceProfile flipped = profile; // CPUs run kernels made for them, and could run the others
    flipped.cpu = !profile.cpu;
    auto const add = [&](KernelFamily family, DeviceProfile const& as) {
        force_kernel_family(family);
        auto plan = std::make_shared<Plan const>(make_plan(bench_case.build(), { .profile = as }));
        if (std::ranges::none_of(plans, [&](auto const& other) { return variant_of(*other) == variant_of(*plan); }))
            plans.push_back(std::move(plan));
    };
    KernelFamily const chosen = kernel_family();
    struct Restore {
        KernelFamily family;
        ~Restore() { force_kernel_family(family); }
    } const restore { chosen };
    add(chosen, profile);
    DeviceProfile by_rules = profile;
    by_rules.tune = nullptr;
    add(chosen, by_rules);
    if (all) {
        add(KernelFamily::scalar, profile);
        add(KernelFamily::scalar, flipped);
        add(KernelFamily::coopmat, profile);
        if (!profile.workgroup_matrices.empty())
            add(KernelFamily::coopmat2, profile);
    }
    return plans;
}

/// Without what uploads pass through.
std::uint64_t resident(MemoryUse const& use)
{
    auto const of = [&](Intent intent) { return use.by_intent[static_cast<std::size_t>(intent)]; };
    return of(Intent::weights) + of(Intent::activations);
}

double sum_of_times(std::vector<ProfileRow> const& rows)
{
    double sum = 0;
    for (ProfileRow const& row : rows)
        sum += row.milliseconds;
    return sum;
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
    void measure(BenchCase const& bench_case);
    void measure(BenchTask const& task);
    /// What is wanted of the list; the rest is passed over.
    template <class List>
    void run(List const& list)
    {
        for (auto const& one : list)
            if (wanted(one.name, one.shape, one.size))
                attempt(one.name, one.shape, [&] { measure(one); });
    }

private:
    void attempt(std::string const& name, std::string const& shape, std::function<void()> const& work) const;
    bool wanted(std::string const& name, std::string const& shape, BenchSize size) const;
    void run_planned(BenchCase const& bench_case, std::shared_ptr<Plan const> const& plan, bool chosen);
    void report(BenchResult& result, double flops, double bytes) const;

    std::shared_ptr<Device> m_device;
    BenchOptions const& m_options;
    std::function<void(BenchResult const&)> const& m_done;
    std::stop_token m_stop;
    Peaks m_peaks;
    std::set<std::string, std::less<>> m_seen; // names of cases
};

bool Bench::wanted(std::string const& name, std::string const& shape, BenchSize size) const
{
    if (m_stop.stop_requested())
        fail(ErrorCode::cancelled, "bench: stopped, as was asked");
    bool const affordable = size == BenchSize::small || m_options.large || !m_device->profile().cpu;
    return affordable && (name + " " + shape).find(m_options.pattern) != std::string::npos;
}

void Bench::report(BenchResult& result, double flops, double bytes) const
{
    double const seconds = result.time.median / 1e3;
    if (seconds > 0) {
        result.gflops = flops / seconds / 1e9;
        result.gbps = bytes / seconds / 1e9;
        result.share = std::max(flops / m_peaks.flops_per_second, bytes / m_peaks.bytes_per_second) / seconds;
    }
    m_done(result);
}

void Bench::attempt(std::string const& name, std::string const& shape, std::function<void()> const& work) const
{
    try {
        work();
    } catch (Error const& error) {
        if (error.code() == ErrorCode::cancelled || error.code() == ErrorCode::device_lost || !m_options.skipped)
            throw;
        m_options.skipped(name, shape, error.what());
    }
}

void Bench::measure(BenchCase const& bench_case)
{
    bool const all = m_seen.insert(bench_case.name).second && bench_case.measure == BenchMeasure::dispatches;
    Plans plans = plans_of(bench_case, m_device->profile(), all);
    if (TunedPlan const own { plans.front() }; tune(*m_device, { &own, 1 }, { .stop = m_stop }).measured > 0)
        plans = plans_of(bench_case, m_device->profile(), all);
    for (auto const& plan : plans)
        run_planned(bench_case, plan, plan == plans.front());
}

void Bench::run_planned(BenchCase const& bench_case, std::shared_ptr<Plan const> const& plan, bool chosen)
{
    BenchResult result {
        .name = bench_case.name, .shape = bench_case.shape, .variant = variant_of(*plan), .chosen = chosen
    };
    m_device->memory().release_arena(); // of larger cases before
    std::uint64_t const before = resident(m_device->memory().use());
    Program program(m_device, plan, WeightStore::create(m_device));
    for (auto const& [name, value] : plan->inputs)
        program.write(name, any_values(plan->values[value]));
    std::span<PlanStep const> timed = plan->steps;
    if (bench_case.measure == BenchMeasure::replay) {
        bool const steps = plan->request_steps < plan->steps.size(); // a text encoder has none
        if (steps)
            timed = timed.subspan(plan->request_steps);
        auto const replay = [&] {
            steps ? program.run_step(m_stop) : program.run_request(m_stop);
            m_device->wait_idle();
        };
        program.run(m_stop);
        replay(); // compiles and warms up
        result.time = repeat(m_options.limits, m_stop, [&] { return wall_time(replay); });
        result.device_bytes = resident(m_device->memory().use()) - before;
    } else {
        program.run_profiled();
        result.time = repeat(m_options.limits, m_stop, [&] { return sum_of_times(program.run_profiled()); });
    }
    double flops = 0, bytes = 0;
    for (PlanStep const& plan_step : timed) {
        flops += plan_step.dispatch.flops;
        bytes += plan_step.dispatch.bytes;
    }
    report(result, flops, bytes);
    if (bench_case.measure == BenchMeasure::replay && m_options.profile)
        m_options.profile(result, program.run_profiled());
}

void Bench::measure(BenchTask const& task)
{
    BenchResult result { .name = task.name, .shape = task.shape, .variant = task.variant };
    auto const once = task.prepare(m_device);
    if (task.warm_up)
        once();
    result.time = repeat(m_options.limits, m_stop, once);
    report(result, task.flops, task.bytes);
}

}

void run_benchmarks(std::shared_ptr<Device> device, BenchOptions const& options,
    std::function<void(BenchResult const&)> const& done, std::stop_token stop)
{
    Bench bench(std::move(device), options, done, std::move(stop));
    bench.run(bench_cases());
    bench.run(options.more_cases);
    bench.run(bench_tasks());
    bench.run(options.more_tasks);
}

}
