// SPDX-License-Identifier: Apache-2.0
#include "compute/memory/merge_weights.h"

#include "compute/device/device.h"
#include "compute/kernels/matmul/add_low_rank.h"
#include "compute/memory/memory.h"
#include "shaders/include/params.h"
#include "shaders/matmul/add_low_rank.params.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace igneous {

namespace {

constexpr std::uint64_t alignment = 16;
constexpr std::uint64_t most_scratch = 16u << 20;   // a single weight may take more

std::uint64_t aligned(std::uint64_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }

/// f16 where every factor is; everything else is taken to f32.
DType factor_type(WeightSource const& source)
{
    bool const half = std::ranges::all_of(source.terms,
        [](LowRankTerm const& term) { return term.up->dtype == DType::f16 && term.down->dtype == DType::f16; });
    return half ? DType::f16 : DType::f32;
}

std::uint64_t factor_bytes(Weight const& factor, DType type)
{
    return aligned(static_cast<std::uint64_t>(factor->shape.elements()) * size_of(type));
}

/// One row more than there are terms: lavapipe reads the table once more than the loop runs.
std::uint64_t table_bytes(WeightSource const& source)
{
    return aligned((source.terms.size() + 1) * sizeof(params::LowRankFactors));
}

std::uint64_t scratch_of(WeightSource const& source)
{
    DType const type = factor_type(source);
    std::uint64_t bytes = table_bytes(source);
    for (LowRankTerm const& term : source.terms)
        bytes += factor_bytes(term.up, type) + factor_bytes(term.down, type);
    return bytes;
}

/// Puts the table and the factors of `source` at `offset` of `host`, which will lie at `address`.
LowRankAddition place_factors(
    WeightSource const& source, std::span<std::byte> host, std::uint64_t offset, std::uint64_t address)
{
    DType const type = factor_type(source);
    LowRankAddition addition {
        .terms = address + offset, .term_count = static_cast<std::uint32_t>(source.terms.size()), .factors = type
    };
    std::uint64_t at = offset + table_bytes(source);
    auto const place = [&](Weight const& factor) {
        convert_elements(factor->dtype, factor->bytes.data(), type, host.data() + at,
            static_cast<std::size_t>(factor->shape.elements()));
        std::uint64_t const placed = address + at;
        at += factor_bytes(factor, type);
        return placed;
    };
    std::vector<params::LowRankFactors> table(source.terms.size() + 1);
    for (std::size_t i = 0; i < source.terms.size(); ++i) {
        LowRankTerm const& term = source.terms[i];
        table[i] = { .up = place(term.up),
            .down = place(term.down),
            .rank = static_cast<std::uint32_t>(term.down->shape[0]),
            .scale = static_cast<float>(term.scale) };
        addition.rank += table[i].rank;
    }
    std::memcpy(host.data() + offset, table.data(), table.size() * sizeof(params::LowRankFactors));
    return addition;
}

/// How many of `sources` from the first on are merged at a time, and the scratch memory they take.
struct Batch {
    std::size_t count = 0;
    std::uint64_t bytes = 0;
};

Batch next_batch(std::span<WeightSource const* const> sources)
{
    Batch batch;
    for (WeightSource const* source : sources) {
        std::uint64_t const bytes = source->base ? scratch_of(*source) : 0;
        if (batch.count > 0 && batch.bytes + bytes > most_scratch)
            break;
        batch.bytes += bytes;
        ++batch.count;
    }
    return batch;
}

/// work(0) to work(count - 1), on several threads; what it throws first is thrown again.
template <class Work>
void on_all_cores(std::size_t count, Work const& work)
{
    std::atomic<std::size_t> next = 0;
    std::mutex mutex;
    std::exception_ptr error;
    auto const run = [&] {
        try {
            for (std::size_t i = next++; i < count; i = next++)
                work(i);
        } catch (...) {
            std::lock_guard const lock(mutex);
            error = error ? error : std::current_exception();
            next = count;
        }
    };
    {
        std::vector<std::jthread> threads;
        std::size_t const cores = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 16);
        for (std::size_t i = 1; i < std::min(cores, count); ++i)
            threads.emplace_back(run);
        run();
    }
    if (error)
        std::rethrow_exception(error);
}

}

std::uint64_t merge_scratch_bytes(std::span<WeightSource const* const> sources)
{
    std::uint64_t most = 0;
    while (!sources.empty()) {
        Batch const batch = next_batch(sources);
        most = std::max(most, batch.bytes);
        sources = sources.subspan(batch.count);
    }
    return most;
}

void merge_weights(Device& device, std::span<MergeJob const> jobs)
{
    std::vector<WeightSource const*> sources;
    for (MergeJob const& job : jobs)
        sources.push_back(job.source);
    auto const scratch = device.memory().allocate(merge_scratch_bytes(sources), Intent::weights, "factors of adapters");
    std::vector<std::byte> host(scratch->size());
    for (std::size_t first = 0; first < jobs.size();) {
        Batch const batch = next_batch(std::span(sources).subspan(first));
        std::vector<std::uint64_t> offsets { 0 };
        for (std::size_t i = 0; i < batch.count; ++i)
            offsets.push_back(offsets.back() + scratch_of(*sources[first + i]));
        std::vector<Dispatch> dispatches(batch.count);
        on_all_cores(batch.count, [&](std::size_t i) {
            MergeJob const& job = jobs[first + i];
            LowRankAddition addition = place_factors(*job.source, host, offsets[i], scratch->address());
            addition.base = job.base;
            addition.out = job.target;
            dispatches[i] = add_low_rank(addition, job.source->shape, job.packing, device.profile());
        });
        device.update(*scratch, 0, std::span(host).first(batch.bytes));
        std::vector<BoundDispatch> bound;
        for (Dispatch const& dispatch : dispatches)
            bound.push_back({ &dispatch, dispatch.push, false });   // they touch different weights
        device.submit_once(bound);
        first += batch.count;
    }
    device.wait_idle();   // so that the scratch memory is free again when this returns
}

}
