// SPDX-License-Identifier: Apache-2.0
#pragma once

// A picture worked on in squares that overlap by a quarter, so that the memory of the autoencoder has a limit whatever the
// picture's size. Where squares overlap, each counts the less the nearer its edge is, where it cannot see its neighbour.

#include "compute/tensor/host_tensor.h"

#include <functional>
#include <vector>

namespace igneous {

/// Where tiles of `tile` begin on a side of `length`: the first at 0, the last ending at `length`, each overlapping the
/// next by a quarter or more, all at multiples of `unit`, which divides both. One tile at 0 where `length` is not larger.
std::vector<int> tile_begins(int length, int tile, int unit);

/// How many tiles of the given size cover a picture.
int tile_count(int height, int width, int tile_height, int tile_width, int unit);

/// Runs `run` on every tile of `input` ([1, H, W, C] f32) of the given size and blends what it gives. A tile of [1, h, w, C]
/// must give [1, h * a, w * a, D], where a is an integer or 1 / `unit`. With one tile the result is what `run` gives, to the
/// last bit.
HostTensor in_tiles(HostTensor const& input, int tile_height, int tile_width, int unit,
    std::function<HostTensor(HostTensor const&)> const& run);

}
