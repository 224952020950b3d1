// SPDX-License-Identifier: Apache-2.0
#include "compute/memory/weight_store.h"

#include "compute/device/device.h"
#include "compute/memory/bytes_text.h"
#include "compute/memory/memory.h"
#include "compute/memory/merge_weights.h"
#include "compute/memory/pack_weights.h"
#include "compute/tensor/error.h"

#include <algorithm>
#include <iterator>
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
};

/// A weight that is not there yet, and its place among the new blocks.
struct Missing {
    WeightRequest const* request;
    std::uint64_t bytes = 0;
    std::size_t block = 0;
    std::uint64_t offset = 0;
};

class DeviceWeightStore final : public WeightStore {
public:
    explicit DeviceWeightStore(std::shared_ptr<Device> device)
        : m_device(std::move(device))
    {
    }
    std::vector<std::uint64_t> realise(std::span<WeightRequest const> requests) override;
    std::uint64_t bytes() const override
    {
        std::lock_guard const lock(m_mutex);
        return m_bytes;
    }

private:
    Entry* find(WeightRequest const& request);
    std::vector<Missing> find_missing(std::span<WeightRequest const> requests);
    void add(std::span<Missing> missing);

    std::shared_ptr<Device> m_device;
    mutable std::mutex m_mutex;
    std::vector<std::unique_ptr<Buffer>> m_blocks;
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

std::vector<Missing> DeviceWeightStore::find_missing(std::span<WeightRequest const> requests)
{
    std::vector<Missing> missing;
    std::unordered_multimap<WeightSource const*, Packing const*> seen;
    for (WeightRequest const& request : requests) {
        WeightSource const* source = request.weight.get();
        auto [begin, end] = seen.equal_range(source);
        if (find(request) || std::any_of(begin, end, [&](auto const& s) { return *s.second == request.packing; }))
            continue;
        seen.emplace(source, &request.packing);
        std::uint64_t const bytes = find_packer(request.packing.name).bytes(source->shape, request.packing);
        if (bytes > largest_weight)
            fail(ErrorCode::out_of_memory, "{}: {} packed as {}, expected at most {} for one weight", source->name,
                bytes_text(bytes), request.packing.name, bytes_text(largest_weight));
        missing.push_back({ &request, bytes });
    }
    return missing;
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

void DeviceWeightStore::add(std::span<Missing> missing)
{
    std::vector<std::uint64_t> const sizes = place(missing);
    std::uint64_t const total = std::accumulate(sizes.begin(), sizes.end(), std::uint64_t(0));
    m_device->memory().require_room(total, Intent::weights, "weights");
    std::vector<std::unique_ptr<Buffer>> blocks;
    for (std::uint64_t size : sizes)
        blocks.push_back(m_device->memory().allocate(size, Intent::weights, "weights"));
    std::vector<PackJob> jobs;
    for (Missing const& weight : missing)
        jobs.push_back({ weight.request->weight.get(), weight.request->packing, blocks[weight.block].get(),
            weight.offset, weight.bytes });
    pack_weights(*m_device, jobs);

    for (Missing const& weight : missing) {
        m_entries.emplace(weight.request->weight.get(),
            Entry { weight.request->weight, weight.request->packing,
                blocks[weight.block]->address() + weight.offset, weight.bytes });
        m_bytes += weight.bytes;
    }
    std::ranges::move(blocks, std::back_inserter(m_blocks));
}

std::vector<std::uint64_t> DeviceWeightStore::realise(std::span<WeightRequest const> requests)
{
    std::lock_guard const lock(m_mutex);
    if (std::vector<Missing> missing = find_missing(requests); !missing.empty())
        add(missing);
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
