// SPDX-License-Identifier: Apache-2.0
#pragma once

// One block of memory for values that live for a while: offsets such that no two values that live at the same time
// overlap, and the block is small.

#include <cstdint>
#include <span>

namespace igneous {

struct ArenaValue {
    std::uint64_t bytes = 0;
    std::uint32_t first = 0, last = 0;     // lives from step `first` to step `last`, both included
    std::uint64_t offset = 0;              // the answer
};

constexpr std::uint64_t arena_alignment = 256;

/// Fills in the offsets, largest value first, each at the lowest place that is free while it lives (greedy by size:
/// Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020). Returns the block's size.
std::uint64_t place_in_arena(std::span<ArenaValue> values);

}
