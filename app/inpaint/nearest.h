// SPDX-License-Identifier: Apache-2.0
#pragma once

// For every pixel the nearest of a set of pixels: for feathered edges, and for continuing an edge outwards.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace igneous {

struct Nearest {
    std::vector<std::size_t> index;        // of the nearest pixel in the set; its own where the set is empty
    std::vector<float> distance;           // in pixels, between middles; very large where the set is empty
};

/// Euclidean, to within a small fraction of a pixel: offsets are handed on from neighbour to neighbour, there and back.
Nearest nearest_of(std::vector<bool> const& set, int width, int height);

}
