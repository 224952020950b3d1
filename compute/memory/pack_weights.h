// SPDX-License-Identifier: Apache-2.0
#pragma once

// Packs weights on all cores, straight into device memory where the host writes it at full speed, else through host
// memory, a bounded amount of it.

#include "compute/kernels/kernel.h"

#include <cstdint>
#include <span>

namespace igneous {

class Buffer;
class Device;

struct PackJob {
    WeightSource const* source = nullptr;
    Packing packing;
    Buffer* target = nullptr;
    std::uint64_t offset = 0, bytes = 0;
};

/// The first thing a packer throws is thrown again, when all threads have stopped.
void pack_weights(Device& device, std::span<PackJob const> jobs);

}
