// SPDX-License-Identifier: Apache-2.0
#include "compute/graph/arena.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace igneous {

std::uint64_t place_in_arena(std::span<ArenaValue> values)
{
    auto const aligned = [](std::uint64_t bytes) { return (bytes + arena_alignment - 1) / arena_alignment * arena_alignment; };
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return values[a].bytes > values[b].bytes; });

    std::uint64_t total = 0;
    std::vector<std::size_t> placed;                        // by offset
    for (std::size_t index : order) {
        ArenaValue& value = values[index];
        std::uint64_t const size = aligned(value.bytes);
        std::uint64_t offset = 0;
        for (std::size_t other_index : placed) {
            ArenaValue const& other = values[other_index];
            if (other.last < value.first || other.first > value.last)
                continue;
            if (offset + size <= other.offset)
                break;                                      // fits in the gap before this one
            offset = std::max(offset, other.offset + aligned(other.bytes));
        }
        value.offset = offset;
        total = std::max(total, offset + size);
        auto const at = std::ranges::upper_bound(placed, offset, {}, [&](std::size_t i) { return values[i].offset; });
        placed.insert(at, index);
    }
    return total;
}

}
