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
    bool on_host = false;
    WeightPlace place;                          // the block goes with the last weight in it
    std::uint64_t bytes = 0;
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
    DeviceWeightStore(std::shared_ptr<Device> device, std::shared_ptr<WeightStore> on_host)
        : m_device(std::move(device))
        , m_on_host(std::move(on_host))
    {}
    std::vector<WeightPlace> realise(std::span<WeightRequest const> requests) override;
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
    void add_missing(std::span<WeightRequest const> requests, Intent intent);
    Addition find_missing(std::span<WeightRequest const> requests);
    std::vector<std::shared_ptr<Buffer>> allocate(Addition const& addition, Intent intent);
    void keep(Addition const& addition, std::span<std::shared_ptr<Buffer> const> blocks);
    void pack(Addition const& addition, Intent intent);
    void merge(Addition const& addition, Intent intent);
    void drop();

    std::shared_ptr<Device> m_device;
    std::shared_ptr<WeightStore> m_on_host;     // may be null
    mutable std::mutex m_mutex;
    std::unordered_multimap<WeightSource const*, Entry> m_entries;
    std::uint64_t m_bytes = 0;
};

Entry* DeviceWeightStore::find(WeightRequest const& request)
{
    auto [at, end] = m_entries.equal_range(request.weight.get());
    for (; at != end; ++at) {
        Entry const& entry = at->second;
        if (entry.packing == request.packing && entry.on_host == request.on_host && entry.source.lock() == request.weight)
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

std::vector<std::shared_ptr<Buffer>> DeviceWeightStore::allocate(Addition const& addition, Intent intent)
{
    std::vector<std::shared_ptr<Buffer>> blocks;
    for (std::uint64_t size : addition.blocks)
        blocks.push_back(m_device->memory().allocate(size, intent, "weights"));
    return blocks;
}

void DeviceWeightStore::keep(Addition const& addition, std::span<std::shared_ptr<Buffer> const> blocks)
{
    for (Missing const& weight : addition.missing) {
        std::shared_ptr<Buffer> const& block = blocks[weight.block];
        WeightRequest const& request = weight.request;
        m_entries.emplace(request.weight.get(),
            Entry { request.weight, request.packing, request.on_host, { block, weight.offset }, weight.bytes });
        m_bytes += request.on_host ? 0 : weight.bytes;
    }
}

void DeviceWeightStore::pack(Addition const& addition, Intent intent)
{
    std::vector<std::shared_ptr<Buffer>> const blocks = allocate(addition, intent);
    std::vector<PackJob> jobs;
    for (Missing const& weight : addition.missing)
        jobs.push_back({ weight.request.weight.get(), weight.request.packing, blocks[weight.block].get(), weight.offset,
            weight.bytes });
    pack_weights(*m_device, jobs);
    keep(addition, blocks);
}

void DeviceWeightStore::merge(Addition const& addition, Intent intent)
{
    std::vector<std::shared_ptr<Buffer>> const blocks = allocate(addition, intent);
    std::vector<MergeJob> jobs;
    for (Missing const& weight : addition.missing) {
        WeightRequest const& request = weight.request;
        Entry const& base = *find({ request.weight->base, request.packing, request.on_host });
        jobs.push_back({ request.weight.get(), request.packing, base.place.address(),
            blocks[weight.block]->address() + weight.offset });
    }
    merge_weights(*m_device, jobs);
    keep(addition, blocks);
}

void DeviceWeightStore::drop()
{
    std::erase_if(m_entries, [&](auto const& row) {
        bool const gone = row.second.source.expired();
        m_bytes -= gone && !row.second.on_host ? row.second.bytes : 0;
        return gone;
    });
}

void DeviceWeightStore::add_missing(std::span<WeightRequest const> requests, Intent intent)
{
    std::vector<WeightRequest> plain, changed;
    for (WeightRequest const& request : requests) {
        if (!request.weight->base) {
            plain.push_back(request);
        } else if (!find(request)) {
            assert(!request.weight->base->base && "weights: all terms lie upon one base");
            plain.push_back({ request.weight->base, request.packing, request.on_host });
            changed.push_back(request);
        }
    }
    Addition const packed = find_missing(plain), merged = find_missing(changed);
    if (!packed.missing.empty() || !merged.missing.empty()) {
        drop();
        m_device->memory().require_room(packed.total() + merged.total(), intent, "weights");
    }
    if (!packed.missing.empty())
        pack(packed, intent);
    if (!merged.missing.empty())
        merge(merged, intent);
}

std::vector<WeightPlace> DeviceWeightStore::realise(std::span<WeightRequest const> requests)
{
    std::vector<WeightRequest> here, on_host;
    for (WeightRequest const& request : requests)
        (request.on_host ? on_host : here).push_back(request);
    std::lock_guard const lock(m_mutex);
    add_missing(here, Intent::weights);
    std::vector<WeightPlace> elsewhere;
    if (m_on_host)
        elsewhere = m_on_host->realise(on_host);
    else
        add_missing(on_host, Intent::host);
    std::vector<WeightPlace> places;
    places.reserve(requests.size());
    for (std::size_t next = 0; WeightRequest const& request : requests)
        places.push_back(request.on_host && m_on_host ? elsewhere[next++] : find(request)->place);
    return places;
}

}

std::shared_ptr<WeightStore> WeightStore::create(std::shared_ptr<Device> device, std::shared_ptr<WeightStore> on_host)
{
    return std::make_shared<DeviceWeightStore>(std::move(device), std::move(on_host));
}

}
