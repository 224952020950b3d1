// SPDX-License-Identifier: Apache-2.0
#pragma once

// Packed weights on the device, one copy per (weight, packing), shared by every program of a model. They are packed and
// uploaded when the first program asks, and go with the store. Weights with a base (what an adapter made of one) are
// added up on the device beside the base's own packed copy, and go when nobody has them any more.

#include "compute/graph/graph.h"
#include "compute/kernels/kernel.h"
#include "compute/memory/memory.h"

#include <cstdint>
#include <memory>
#include <span>

namespace igneous {

class Device;

struct WeightRequest {
    Weight weight;
    Packing packing;
    bool on_host = false;                      // in the computer's memory, to be brought to the device again and again
};

/// Where a packed weight lies.
struct WeightPlace {
    std::shared_ptr<Buffer> block;
    std::uint64_t offset = 0;
    std::uint64_t address() const { return block->address() + offset; }
    bool operator==(WeightPlace const&) const = default;
};

class WeightStore {
public:
    virtual ~WeightStore() = default;
    /// `on_host` keeps what stays on the host; null: this one does.
    static std::shared_ptr<WeightStore> create(std::shared_ptr<Device> device, std::shared_ptr<WeightStore> on_host = nullptr);
    /// Places of the packed weights, in the order asked. Missing ones are packed on several threads and uploaded in large
    /// blocks. Throws out_of_memory before allocating when they cannot fit.
    virtual std::vector<WeightPlace> realise(std::span<WeightRequest const> requests) = 0;
    /// Of device memory.
    virtual std::uint64_t bytes() const = 0;
    /// Gives back the memory of weights that nobody has any more, in whole blocks: those of one call of realise().
    virtual void drop_unused() = 0;
};

}
