// SPDX-License-Identifier: Apache-2.0
#pragma once

// Packed weights on the device, one copy per (weight, packing), shared by every program of a model. They are packed and
// uploaded when the first program asks, and go with the store. Weights with a base (what an adapter made of one) are
// added up on the device beside the base's own packed copy, and go when nobody has them any more.

#include "compute/graph/graph.h"
#include "compute/kernels/kernel.h"

#include <cstdint>
#include <memory>
#include <span>

namespace igneous {

class Device;

struct WeightRequest {
    Weight weight;
    Packing packing;
};

class WeightStore {
public:
    virtual ~WeightStore() = default;
    static std::shared_ptr<WeightStore> create(std::shared_ptr<Device> device);
    /// Addresses of the packed weights, in the order asked. Missing ones are packed on several threads and uploaded in
    /// large blocks. Throws out_of_memory before allocating when they cannot fit.
    virtual std::vector<std::uint64_t> realise(std::span<WeightRequest const> requests) = 0;
    virtual std::uint64_t bytes() const = 0;
    /// Gives back the memory of weights that nobody has any more, in whole blocks: those of one call of realise().
    virtual void drop_unused() = 0;
};

}
