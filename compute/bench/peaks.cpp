// SPDX-License-Identifier: Apache-2.0
#include "compute/bench/peaks.h"

#include "compute/device/device.h"
#include "compute/kernels/grid.h"
#include "compute/kernels/shader_library.h"
#include "compute/memory/memory.h"
#include "shaders/bench/peak.params.h"

#include <algorithm>
#include <format>

namespace igneous {

namespace {

constexpr double giga = 1e9;
constexpr std::uint32_t most_workgroups = 8192;

/// Doubles the work until a dispatch takes long enough to be measured well; a roof is what was reached once.
/// `dispatch_for(rounds)` makes the dispatch.
template <class Make>
BenchResult best_rate(Device& device, std::string name, std::string shape, Make dispatch_for)
{
    constexpr double long_enough = 20;     // milliseconds
    BenchResult best { .name = std::move(name), .shape = std::move(shape), .variant = dispatch_for(1).shader };
    for (std::uint32_t rounds = 64; rounds <= 1u << 20; rounds *= 2) {
        Dispatch const dispatch = dispatch_for(rounds);
        Timing const time = time_dispatch(device, dispatch, { .runs = 15 });
        if (double const rate = time.p10 > 0 ? dispatch.flops / time.p10 * 1e3 / giga : 0; rate > best.gflops) {
            best.gflops = rate;
            best.time = time;
        }
        if (time.median >= long_enough)
            break;
    }
    best.share = 1;
    return best;
}

Dispatch peak_dispatch(std::string shader, std::uint64_t out, std::uint32_t rounds, std::uint32_t workgroups)
{
    Dispatch d
        = Dispatch::with(std::move(shader), params::PeakParams { .out_address = out, .rounds = rounds, .seed = 0.5f });
    d.groups = { workgroups, 1, 1 };
    return d;
}

BenchResult fma_peak(Device& device, Buffer const& out)
{
    bool const cpu = device.profile().cpu;
    std::uint32_t const workgroup = cpu ? device.profile().subgroup_size : 128, workgroups = cpu ? 64 : most_workgroups;
    return best_rate(
        device, "peak.fma", std::format("{} x {} invocations, f32", workgroups, workgroup), [&](std::uint32_t rounds) {
            Dispatch d = peak_dispatch("bench/fma_peak", out.address(), rounds, workgroups);
            d.constants = { workgroup };
            d.flops = 8.0 * params::FMA_DEPTH * params::FMA_CHAINS * rounds * workgroup * workgroups;
            return d;
        });
}

BenchResult matrix_peak(Device& device, Buffer const& out, MatrixFragment const& f)
{
    std::uint32_t const workgroups = device.profile().cpu ? 64 : most_workgroups;
    return best_rate(
        device, "peak.matrix", std::format("{}x{}x{}, f16 into f32", f.m, f.n, f.k), [&](std::uint32_t rounds) {
            Dispatch d = peak_dispatch("bench/matrix_peak", out.address(), rounds, workgroups);
            d.constants = { device.profile().subgroup_size, f.m, f.n, f.k };
            d.subgroup_size = device.profile().subgroup_size;
            d.full_subgroups = true;
            d.flops = 8.0 * 2 * f.m * f.n * f.k * rounds * workgroups;
            return d;
        });
}

BenchResult copy_peak(Device& device)
{
    std::uint64_t const bytes = device.profile().cpu ? 64u << 20 : 512u << 20;
    auto const from = device.memory().allocate(bytes, Intent::activations, "bench: copied from");
    auto const to = device.memory().allocate(bytes, Intent::activations, "bench: copied to");
    int const copies = device.profile().cpu ? 2 : 8;
    BenchResult best {
        .name = "peak.copy", .shape = std::format("{} MiB", bytes >> 20), .variant = "copy", .share = 1
    };
    std::vector<double> times;
    for (int run = 0; run < 6; ++run)
        times.push_back(wall_time([&] {
            for (int i = 0; i < copies; ++i)
                device.copy(*from, 0, *to, 0, bytes);
            device.wait_idle();
        }) / copies);
    times.erase(times.begin());                      // it touched the memory first
    best.time = timing_of(times);
    best.gbps = 2.0 * static_cast<double>(bytes) / std::ranges::min(times) * 1e3 / giga;
    return best;
}

}

Timing time_dispatch(Device& device, Dispatch const& dispatch, TimingLimits const& limits)
{
    Dispatch const* const pointer = &dispatch;
    device.prepare({ &pointer, 1 });
    BoundDispatch const bound { .dispatch = &dispatch, .push = dispatch.push, .barrier_before = true };
    auto const recording = device.record({ &bound, 1 }, true);
    auto const once = [&] {
        device.wait(device.submit(*recording));
        auto const ms = device.timestamps(*recording);
        return ms.empty() ? 0 : ms.front();
    };
    once();
    return repeat(limits, {}, once);
}

Peaks measure_peaks(Device& device)
{
    Peaks peaks;
    auto const out = device.memory().allocate(most_workgroups * sizeof(float), Intent::activations, "bench: sums");
    peaks.results.push_back(fma_peak(device, *out));
    if (!find_shader("bench/matrix_peak").empty())
        for (MatrixFragment const& f : device.profile().fragments)
            if (f.input == DType::f16 && f.accumulator == DType::f32)
                peaks.results.push_back(matrix_peak(device, *out, f));
    for (BenchResult const& result : peaks.results)
        peaks.flops_per_second = std::max(peaks.flops_per_second, result.gflops * giga);
    peaks.results.push_back(copy_peak(device));
    peaks.bytes_per_second = peaks.results.back().gbps * giga;
    return peaks;
}

}
