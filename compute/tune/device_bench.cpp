// SPDX-License-Identifier: Apache-2.0
#include "compute/tune/device_bench.h"

#include "compute/device/device.h"
#include "compute/graph/program.h"
#include "compute/memory/weight_store.h"
#include "compute/tune/one_op.h"

#include <algorithm>
#include <random>

namespace igneous {

namespace {

constexpr int most_runs = 5;               // of which the median counts
constexpr double hopeless = 1.5;           // times slower than the best: one run says enough
constexpr double dispatch_seconds = 0.02;  // about: longer work is cut, and its first part is measured
constexpr std::uint64_t piece_bytes = 1 << 20;

/// Bits that are numbers of about 1 as f16, and far from denormal as f32, which some devices take long for.
std::vector<std::uint16_t> ordinary_numbers(std::uint64_t count)
{
    std::mt19937 random(1);
    std::vector<std::uint16_t> numbers(count);
    std::ranges::generate(numbers, [&] {
        auto const bits = static_cast<std::uint32_t>(random());
        return static_cast<std::uint16_t>((bits & 0x83ffu) | 0x3800u);
    });
    return numbers;
}

std::uint64_t aligned(std::uint64_t bytes) { return (bytes + 4095) / 4096 * 4096; }

/// Where each value of the plan lies, one behind the other, and the bytes of all.
std::uint64_t lay_out(Plan const& plan, std::vector<std::uint64_t>& offsets)
{
    std::uint64_t const persistent = aligned(plan.persistent_bytes), arena = aligned(plan.arena_bytes);
    std::uint64_t end = persistent + arena;
    for (PlanValue const& value : plan.values) {
        switch (value.storage) {
        case Storage::persistent: offsets.push_back(value.offset); break;
        case Storage::arena: offsets.push_back(persistent + value.offset); break;
        case Storage::weight:
        case Storage::window: offsets.push_back(end); end += aligned(value.bytes);
        }
    }
    return end;
}

/// A random value for every input of a plan.
HostTensor random_values(PlanValue const& input)
{
    HostTensor values(DType::f32, input.shape);
    std::mt19937 random(static_cast<std::uint32_t>(input.label.empty() ? 0 : input.label.back()));
    std::normal_distribution<float> normal(0, 1);
    std::ranges::generate(values.f32(), [&] { return normal(random); });
    return values;
}

}

double DeviceBench::seconds()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
}

/// Planned by the fixed rules, or with `tile`.
Plan DeviceBench::plan(std::shared_ptr<Graph> graph, Tile const* tile) const
{
    PlanOptions options { .profile = m_device.profile(), .fuse = false };
    options.profile.submission_seconds = std::min(options.profile.submission_seconds, dispatch_seconds);
    options.profile.tune = nullptr;
    Plan by_rules = make_plan(graph, options);
    if (!tile)
        return by_rules;
    TuneTable table;
    for (PlanStep const& step : by_rules.steps)
        if (step.dispatch.tile)
            table.entries.insert_or_assign(step.dispatch.tile->shapes, TuneEntry { .tile = *tile });
    options.profile.tune = std::make_shared<TuneTable const>(std::move(table));
    return make_plan(std::move(graph), options);
}

void DeviceBench::make_room(std::uint64_t bytes)
{
    if (m_memory && m_memory->size() >= bytes)
        return;
    m_memory.reset();
    m_memory
        = m_device.memory().allocate(std::max(bytes, piece_bytes), Intent::activations, "memory to time kernels with");
    std::vector<std::uint16_t> const numbers = ordinary_numbers(piece_bytes / sizeof(std::uint16_t));
    m_device.update(*m_memory, 0, std::as_bytes(std::span(numbers)));
    for (std::uint64_t filled = piece_bytes; filled < m_memory->size(); filled *= 2)
        m_device.copy(*m_memory, 0, *m_memory, filled, std::min(filled, m_memory->size() - filled));
    m_device.wait_idle();
}

/// 1e9 FLOP/s of the plan's first dispatch that has a tile.
double DeviceBench::time(Plan const& plan, double best)
{
    std::vector<std::uint64_t> offsets;
    make_room(lay_out(plan, offsets));
    auto const step = std::ranges::find_if(plan.steps, [](PlanStep const& s) { return s.dispatch.tile != nullptr; });
    if (step == plan.steps.end())
        return 0;
    Dispatch const& dispatch = step->dispatch;
    BoundDispatch bound { &dispatch, dispatch.push, true };
    for (Relocation const& relocation : dispatch.relocations) {
        std::uint64_t const address
            = m_memory->address() + offsets[relocation.location.value] + relocation.location.offset;
        std::memcpy(bound.push.data() + relocation.at, &address, sizeof address);
    }
    Dispatch const* const one = &dispatch;
    m_device.prepare({ &one, 1 });
    auto const recording = m_device.record({ &bound, 1 }, true);
    std::vector<double> times;
    for (int run = 0; run <= most_runs; ++run) {                   // the first warms up
        auto const start = std::chrono::steady_clock::now();
        m_device.wait(m_device.submit(*recording));
        std::chrono::duration<double> const spent = std::chrono::steady_clock::now() - start;
        std::vector<double> const stamps = m_device.timestamps(*recording);
        if (run == 0)
            continue;
        times.push_back(stamps.empty() || stamps.front() <= 0 ? spent.count() : stamps.front() / 1e3);
        if (dispatch.flops / times.back() / 1e9 * hopeless < best)
            break;
    }
    std::ranges::sort(times);
    return dispatch.flops / times[times.size() / 2] / 1e9;
}

double DeviceBench::gflops(TuneWork const& work, Tile const& tile, double best)
{
    try {
        return time(plan(one_op(*work.graph, work.node), &tile), best);
    } catch (Error const& error) {
        if (error.code() == ErrorCode::device_lost)
            throw;
        return 0;                          // too much memory, or a pipeline that the driver does not make
    }
}

HostTensor DeviceBench::run(TuneWork const& work, Tile const* tile)
{
    auto const device = m_device.shared_from_this();
    auto const made = std::make_shared<Plan const>(plan(small_op(*work.graph, work.node), tile));
    Program program(device, made, WeightStore::create(device));
    for (auto const& [name, value] : made->inputs)
        program.write(name, random_values(made->values[value]));
    program.run();
    return program.read("y");
}

bool DeviceBench::is_right(TuneWork const& work, Tile const& tile)
{
    try {
        return run(work, &tile).bytes == run(work, nullptr).bytes;
    } catch (Error const& error) {
        if (error.code() == ErrorCode::device_lost)
            throw;
        return false;
    }
}

}
