// SPDX-License-Identifier: Apache-2.0
#include "compute/memory/weight_store.h"

#include "compute/device/device.h"
#include "compute/memory/bytes_text.h"
#include "compute/memory/memory.h"
#include "compute/memory/merge_weights.h"
#include "compute/memory/pack_weights.h"
#include "compute/tensor/error.h"

#include <algorithm>
#include <cassert>
#include <mutex>
#include <numeric>
#include <unordered_map>
#include <vector>

namespace igneous {

namespace {

constexpr std::uint64_t alignment = 256;
constexpr std::uint64_t largest_block = 1ull << 30;
constexpr std::uint64_t largest_weight = 1ull << 31;

struct Entry {
    std::weak_ptr<WeightSource const> source;   // tells a source that is gone from a new one at the same place
    Packing packing;
    std::uint64_t address = 0;
    std::uint64_t bytes = 0;
    std::shared_ptr<Buffer> block;              // goes with the last weight in it
};

/// A weight that is not there yet, and its place among the new blocks.
struct Missing {
    WeightRequest request;
    std::uint64_t bytes = 0;
    std::size_t block = 0;
    std::uint64_t offset = 0;
};

/// Weights that are made alike, and the sizes of the blocks they will lie in.
struct Addition {
    std::vector<Missing> missing;
    std::vector<std::uint64_t> blocks;
    std::uint64_t total() const { return std::accumulate(blocks.begin(), blocks.end(), std::uint64_t(0)); }
};

class DeviceWeightStore final : public WeightStore {
public:
    explicit DeviceWeightStore(std::shared_ptr<Device> device)
        : m_device(std::move(device))
    {}
    std::vector<std::uint64_t> realise(std::span<WeightRequest const> requests) override;
    std::uint64_t bytes() const override
    {
        std::lock_guard const lock(m_mutex);
        return m_bytes;
    }
    void drop_unused() override
    {
        std::lock_guard const lock(m_mutex);
        drop();
    }

private:
    Entry* find(WeightRequest const& request);
    Addition find_missing(std::span<WeightRequest const> requests);
    std::vector<std::shared_ptr<Buffer>> allocate(Addition const& addition);
    void keep(Addition const& addition, std::span<std::shared_ptr<Buffer> const> blocks);
    void pack(Addition const& addition);
    void merge(Addition const& addition);
    void drop();

    std::shared_ptr<Device> m_device;
    mutable std::mutex m_mutex;
    std::unordered_multimap<WeightSource const*, Entry> m_entries;
    std::uint64_t m_bytes = 0;
};

Entry* DeviceWeightStore::find(WeightRequest const& request)
{
    auto [at, end] = m_entries.equal_range(request.weight.get());
    for (; at != end; ++at) {
        if (at->second.packing == request.packing && at->second.source.lock() == request.weight)
            return &at->second;
    }
    return nullptr;
}

/// Puts the weights into blocks one after the other; returns the blocks' sizes.
std::vector<std::uint64_t> place(std::span<Missing> missing)
{
    std::vector<std::uint64_t> blocks;
    for (Missing& weight : missing) {
        std::uint64_t offset = blocks.empty() ? 0 : (blocks.back() + alignment - 1) / alignment * alignment;
        if (blocks.empty() || offset + weight.bytes > largest_block) {
            blocks.push_back(0);
            offset = 0;
        }
        weight.block = blocks.size() - 1;
        weight.offset = offset;
        blocks.back() = offset + weight.bytes;
    }
    return blocks;
}

Addition DeviceWeightStore::find_missing(std::span<WeightRequest const> requests)
{
    Addition addition;
    std::unordered_multimap<WeightSource const*, Packing> seen;
    for (WeightRequest const& request : requests) {
        WeightSource const* source = request.weight.get();
        auto [begin, end] = seen.equal_range(source);
        if (find(request) || std::any_of(begin, end, [&](auto const& s) { return s.second == request.packing; }))
            continue;
        seen.emplace(source, request.packing);
        std::uint64_t const bytes = find_packer(request.packing.name).bytes(source->shape, request.packing);
        if (bytes > largest_weight)
            fail(ErrorCode::out_of_memory, "{}: {} packed as {}, expected at most {} for one weight", source->name,
                bytes_text(bytes), request.packing.name, bytes_text(largest_weight));
        addition.missing.push_back({ request, bytes });
    }
    addition.blocks = place(addition.missing);
    return addition;
}

std::vector<std::shared_ptr<Buffer>> DeviceWeightStore::allocate(Addition const& addition)
{
    std::vector<std::shared_ptr<Buffer>> blocks;
    for (std::uint64_t size : addition.blocks)
        blocks.push_back(m_device->memory().allocate(size, Intent::weights, "weights"));
    return blocks;
}

void DeviceWeightStore::keep(Addition const& addition, std::span<std::shared_ptr<Buffer> const> blocks)
{
    for (Missing const& weight : addition.missing) {
        std::shared_ptr<Buffer> const& block = blocks[weight.block];
        m_entries.emplace(weight.request.weight.get(), Entry { weight.request.weight, weight.request.packing,
                                                           block->address() + weight.offset, weight.bytes, block });
        m_bytes += weight.bytes;
    }
}

void DeviceWeightStore::pack(Addition const& addition)
{
    std::vector<std::shared_ptr<Buffer>> const blocks = allocate(addition);
    std::vector<PackJob> jobs;
    for (Missing const& weight : addition.missing)
        jobs.push_back({ weight.request.weight.get(), weight.request.packing, blocks[weight.block].get(), weight.offset,
            weight.bytes });
    pack_weights(*m_device, jobs);
    keep(addition, blocks);
}

void DeviceWeightStore::merge(Addition const& addition)
{
    std::vector<std::shared_ptr<Buffer>> const blocks = allocate(addition);
    std::vector<MergeJob> jobs;
    for (Missing const& weight : addition.missing)
        jobs.push_back({ weight.request.weight.get(), weight.request.packing,
            find({ weight.request.weight->base, weight.request.packing })->address,
            blocks[weight.block]->address() + weight.offset });
    merge_weights(*m_device, jobs);
    keep(addition, blocks);
}

void DeviceWeightStore::drop()
{
    std::erase_if(m_entries, [&](auto const& row) {
        bool const gone = row.second.source.expired();
        m_bytes -= gone ? row.second.bytes : 0;
        return gone;
    });
}

std::vector<std::uint64_t> DeviceWeightStore::realise(std::span<WeightRequest const> requests)
{
    std::lock_guard const lock(m_mutex);
    std::vector<WeightRequest> plain, changed;
    for (WeightRequest const& request : requests) {
        if (!request.weight->base) {
            plain.push_back(request);
        } else if (!find(request)) {
            assert(!request.weight->base->base && "weights: all terms lie upon one base");
            plain.push_back({ request.weight->base, request.packing });
            changed.push_back(request);
        }
    }
    Addition const packed = find_missing(plain), merged = find_missing(changed);
    if (!packed.missing.empty() || !merged.missing.empty()) {
        drop();
        m_device->memory().require_room(packed.total() + merged.total(), Intent::weights, "weights");
    }
    if (!packed.missing.empty())
        pack(packed);
    if (!merged.missing.empty())
        merge(merged);
    std::vector<std::uint64_t> addresses;
    addresses.reserve(requests.size());
    for (WeightRequest const& request : requests)
        addresses.push_back(find(request)->address);
    return addresses;
}

}

std::shared_ptr<WeightStore> WeightStore::create(std::shared_ptr<Device> device)
{
    return std::make_shared<DeviceWeightStore>(std::move(device));
}

}
