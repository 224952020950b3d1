// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which tiles each kernel of a product can have on a device: the fixed rules' first, then what else may be faster. All
// tiles of a kernel add up a sum in the same order, so that they give the same bits
// (tests/compute/kernels/tile_test.cpp).

#include "compute/device/profile.h"
#include "compute/kernels/matmul/product.h"

#include <vector>

namespace igneous {

/// One subgroup's lanes to a row each: include/product_lanes.glsl. `rows` are of one invocation here.
std::vector<Tile> lanes_tiles(DeviceProfile const& profile, ProductShape const& shape);
/// Shared memory, 4 x 4 sums an invocation: include/product_tiles.glsl.
std::vector<Tile> scalar_tiles(DeviceProfile const& profile, ProductShape const& shape);
/// Shared memory, fragments in subgroups: include/product_tiles.glsl with COOPMAT.
std::vector<Tile> coopmat_tiles(
    DeviceProfile const& profile, ProductShape const& shape, MatrixFragment const& fragment);

}
