// SPDX-License-Identifier: Apache-2.0
#include "compute/bench/op_case.h"
#include "compute/bench/peaks.h"
#include "compute/bench/timing.h"
#include "compute/device/device.h"
#include "compute/graph/program.h"
#include "compute/kernels/grid.h"
#include "compute/kernels/sampling/masked_blend.h"
#include "compute/kernels/sampling/weighted_sum.h"
#include "compute/memory/memory.h"
#include "compute/memory/weight_store.h"
#include "shaders/bench/peak.params.h"

#include <array>

namespace igneous {

namespace {

constexpr int many = 1000; // dispatches: the milliseconds of all are the microseconds of one

/// Dispatches that do nothing but write one number each, and a recording of them.
struct EmptyDispatches {
    std::shared_ptr<Device> device;
    std::unique_ptr<Buffer> numbers;
    Dispatch dispatch;
    std::vector<BoundDispatch> bound;
    std::unique_ptr<Recording> recording;
};

/// `chain`: each waits for the one before it, else each writes somewhere else and none waits.
std::shared_ptr<EmptyDispatches> empty_dispatches(std::shared_ptr<Device> const& device, int count, bool chain)
{
    auto out = std::make_shared<EmptyDispatches>();
    out->device = device;
    out->numbers = device->memory().allocate(many * sizeof(float), Intent::activations, "bench: empty dispatches");
    params::PeakParams numbers { .out_address = out->numbers->address(), .rounds = 0, .seed = 0.5f };
    out->dispatch = Dispatch::with("bench/fma_peak", numbers);
    out->dispatch.constants = { device->profile().subgroup_size };
    for (int i = 0; i < count; ++i) {
        numbers.out_address = out->numbers->address() + (chain ? 0 : static_cast<std::uint64_t>(i) * sizeof(float));
        std::vector<std::byte> push(sizeof numbers);
        std::memcpy(push.data(), &numbers, sizeof numbers);
        out->bound.push_back(
            { .dispatch = &out->dispatch, .push = std::move(push), .barrier_before = chain || i == 0 });
    }
    Dispatch const* const pointer = &out->dispatch;
    device->prepare({ &pointer, 1 });
    out->recording = device->record(out->bound);
    return out;
}

BenchTask dispatch_task(std::string name, int count, bool chain, bool replay)
{
    return { .name = std::move(name),
        .shape = std::format("{}", count),
        .variant = "bench/fma_peak",
        .prepare = [=](std::shared_ptr<Device> const& device) {
            return [device, replay, work = empty_dispatches(device, count, chain)] {
                return wall_time([&] {
                    device->wait(replay ? device->submit(*work->recording) : device->submit_once(work->bound));
                });
            };
        } };
}

/// From plain values in the host's memory to the device's.
BenchTask upload_bytes(std::int64_t mebibytes, BenchSize size)
{
    auto const bytes = static_cast<std::uint64_t>(mebibytes) << 20;
    return { .name = "upload.bytes",
        .shape = std::format("{} MiB", mebibytes),
        .variant = "staging",
        .size = size,
        .bytes = static_cast<double>(bytes),
        .prepare = [bytes](std::shared_ptr<Device> const& device) {
            auto const from = std::make_shared<std::vector<std::byte>>(bytes, std::byte { 0x3c });
            std::shared_ptr<Buffer> const to = device->memory().allocate(bytes, Intent::weights, "bench: uploaded");
            return [=] {
                return wall_time([&] {
                    device->update(*to, 0, *from);
                    device->wait_idle();
                });
            };
        } };
}

/// The two products of a layer, [width -> inner] and [inner -> width], packed for the device's kernels on the way.
BenchTask upload_weights(std::int64_t width, std::int64_t inner, BenchSize size)
{
    return { .name = "upload.weights",
        .shape = std::format("{} -> {} -> {}", width, inner, width),
        .variant = "packed",
        .size = size,
        .bytes = 2.0 * 2 * static_cast<double>(width * inner),
        .prepare = [=](std::shared_ptr<Device> const& device) {
            auto graph = std::make_shared<Graph>(DType::f16);
            Tensor const wide = linear(half(*graph, "x", { 8, width }), weight(*graph, "up", { inner, width }));
            graph->output("y", linear(wide, weight(*graph, "down", { width, inner })));
            auto const plan = std::make_shared<Plan const>(make_plan(graph, { .profile = device->profile() }));
            return [=] {
                return wall_time([&] {
                    WeightStore::create(device)->realise(weights_of(*plan));
                    device->wait_idle();
                });
            };
        } };
}

/// A kernel of the sampler, which is no op of a graph, on four blocks of `count` values, one after the other in memory.
template <class Make>
BenchTask sampling_task(std::string name, std::uint64_t count, double blocks_moved, BenchSize size, Make make)
{
    return { .name = name,
        .shape = std::format("{} values", count),
        .variant = "sampling/" + name,
        .size = size,
        .bytes = sizeof(float) * blocks_moved * static_cast<double>(count),
        .prepare = [=](std::shared_ptr<Device> const& device) {
            std::shared_ptr<Buffer> const block
                = device->memory().allocate(4 * count * sizeof(float), Intent::activations, "bench: latents");
            auto const dispatch = std::make_shared<Dispatch const>(make(block->address(), device->profile()));
            return [=] { return time_dispatch(*device, *dispatch, { .runs = 1 }).median; };
        } };
}

void add_sampling(std::vector<BenchTask>& tasks, std::uint64_t count, BenchSize size)
{
    std::uint64_t const bytes = count * sizeof(float);
    tasks.push_back(sampling_task("weighted_sum", count, 4, size, [=](std::uint64_t at, DeviceProfile const& profile) {
        std::array<WeightedTerm, 3> const terms { { { at, 0.5f }, { at + bytes, 0.25f }, { at + 2 * bytes, 0.25f } } };
        return weighted_sum(at + 3 * bytes, terms, count, profile);
    }));
    tasks.push_back(
        sampling_task("masked_blend", count, 3.25, size, [=](std::uint64_t at, DeviceProfile const& profile) {
            return masked_blend({ .out = at + 3 * bytes,
                                    .a = at,
                                    .b = at + bytes,
                                    .mask = at + 2 * bytes,
                                    .count = count,
                                    .channels = 4 },
                profile);
        }));
}

}

std::vector<BenchTask> bench_tasks()
{
    std::vector<BenchTask> tasks {
        dispatch_task("dispatch.round_trip", 1, true, true), dispatch_task("dispatch.chain", many, true, true),
        dispatch_task("dispatch.independent", many, false, true),
        dispatch_task("dispatch.recorded_anew", many, true, false), upload_bytes(64, BenchSize::small),
        upload_bytes(512, BenchSize::large), upload_weights(1280, 5120, BenchSize::small), // 26 MB
        upload_weights(3072, 18432, BenchSize::large), // 226 MB: a single block of Flux
    };
    add_sampling(tasks, 16 * 16 * 4, BenchSize::small);
    add_sampling(tasks, 8 * 128 * 128 * 4, BenchSize::large);
    return tasks;
}

}
