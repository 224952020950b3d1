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
    std::uint32_t norm = 0;             // 1 + the activation behind a norm that x goes through; only in boxes
    std::uint32_t border = 0;           // a convolution whose pixels are staged in boxes with such a border; 0: in rows
    bool statistics = false;            // of y in boxes are wanted, where the kernel can make them
    bool aligned = false;               // both ends lie at multiples of 16 bytes
    // The sum along k may be split among workgroups where rows and columns are too few for the device. In how many parts
    // follows from one whole picture (or text), as neither a batch nor a band of rows may change a sum's order.
    std::uint64_t picture_rows = 0;
    std::uint64_t most_parts = 1;       // taps of a convolution, or pieces of channels
};

/// A variant with its tile.
struct ProductKernel {
    std::string shader;                         // "matmul/linear_lanes.f32"
    std::vector<std::uint32_t> constants;       // specialization constants; number 1 is the epilogue
    std::uint32_t subgroup_size = 0;
    bool full_subgroups = false;
    std::uint32_t tile_rows = 16, tile_columns = 16;
    std::uint32_t box_height = 0, box_width = 0;   // a tile is a piece of the picture; 0: rows as they come
    bool makes_phases = false;                  // walks the phases of an enlarging convolution itself
    bool makes_statistics = false;
    PanelPacking panels;                        // first_range is the caller's
    std::uint32_t parts = 1;                    // of the sum along k
    std::shared_ptr<TileChoice const> tile;
};

/// `kernel`: "matmul/linear" or "conv/conv2d".
ProductKernel choose_product(Lowering const& lowering, std::string_view kernel, ProductShape shape);

/// Whether convolutions that can be are staged in boxes of pixels (shaders/conv/boxes.glsl), unless the matrices of a
/// whole workgroup take them.
bool stages_boxes(DeviceProfile const& profile, DType storage);

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

/// Where the dispatches of a product go, and how they end: in y as asked, or, where the sum is split, in f32 scratch
/// memory of [parts, rows, columns] and with nothing added.
struct ProductTarget {
    Location y;
    Epilogue end;
};
ProductTarget product_target(
    Lowering& lowering, ProductKernel const& kernel, ProductShape const& shape, Epilogue const& end, Operand const& y);

/// Adds the parts of a split sum up into `y`, behind the dispatches of the product; nothing where it was not split.
/// `image_rows`: rows of y that share a row of channel_add.
void sum_parts(Lowering& lowering, ProductKernel const& kernel, ProductShape const& shape, ProductTarget const& target,
    Epilogue const& end, Operand const& y, std::uint64_t image_rows);

/// Fills what all dispatches of a product share: constants, subgroup, grid over rows [base, base + rows).
void fill_product(Dispatch& dispatch, ProductKernel const& kernel, std::uint32_t epilogue, ProductShape const& shape,
    std::uint64_t rows);

}
