// SPDX-License-Identifier: Apache-2.0
#pragma once

// What linear and conv2d share on the host: both are products of rows and a packed weight. Picks the kernel variant from
// the device profile and its tile from what was measured, and cuts what is too long for one dispatch along the rows.

#include "compute/kernels/grid.h"
#include "compute/kernels/kernel.h"
#include "compute/kernels/matmul/pack_panels.h"
#include "compute/kernels/tune_table.h"

#include <vector>

namespace igneous {

struct ProductShape {
    std::uint64_t rows = 0;
    std::uint64_t columns = 0;          // of the product: twice the output's with geglu
    std::uint64_t depth = 0;            // taps * channels
    DType storage = DType::f32;         // of the left matrix and of the packed weight
    bool vectors = false;               // every range has a multiple of 4 channels
    bool geglu = false;
    bool boxes = false;                 // a convolution that conv2d_coopmat2 takes
    bool aligned = false;               // both ends lie at multiples of 16 bytes
};

/// A variant with its tile.
struct ProductKernel {
    std::string shader;                         // "matmul/linear_lanes.f32"
    std::vector<std::uint32_t> constants;       // specialization constants; number 1 is the epilogue
    std::uint32_t subgroup_size = 0;
    bool full_subgroups = false;
    std::uint32_t tile_rows = 16, tile_columns = 16;
    std::uint32_t box_height = 0, box_width = 0;   // a tile is a piece of the picture; 0: rows as they come
    PanelPacking panels;                        // first_range is the caller's
    std::shared_ptr<TileChoice const> tile;
};

/// `kernel`: "matmul/linear" or "conv/conv2d".
ProductKernel choose_product(Lowering const& lowering, std::string_view kernel, ProductShape const& shape);

/// Bits of shaders/include/epilogue.params.h.
struct Epilogue {
    Activation activation = Activation::none;
    bool geglu = false;
    Operand bias, channel_add, residual;        // absent: a location of nothing
    DType out = DType::f32;
    std::uint32_t bits() const;
};

/// Rows of one dispatch, a multiple of the tile, such that it stays below the profile's submission time.
std::uint64_t rows_per_dispatch(
    DeviceProfile const& profile, std::uint64_t rows, std::uint32_t tile_rows, double flops_per_row);

/// Fills what all dispatches of a product share: constants, subgroup, grid over rows [base, base + rows).
void fill_product(Dispatch& dispatch, ProductKernel const& kernel, std::uint32_t epilogue, ProductShape const& shape,
    std::uint64_t rows);

}
