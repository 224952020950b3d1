// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/matmul/product.h"

#include "compute/kernels/choice.h"
#include "shaders/include/epilogue.params.h"

#include <algorithm>
#include <cmath>

namespace igneous {

namespace {

/// One subgroup, uniform weights, no shared memory: include/product_lanes.glsl. On lavapipe one row an invocation and
/// panels of 32 columns are fastest; narrower panels where 32 would mostly multiply zeros.
ProductKernel lanes_product(DeviceProfile const& profile, std::string_view kernel, ProductShape const& shape)
{
    struct Panel {
        std::uint32_t columns;
        double cost;              // of a column, relative
    };
    constexpr Panel panels[] = { { 32, 1 }, { 24, 1.15 }, { 16, 1.4 }, { 8, 2.2 }, { 4, 4 } };
    auto const cost = [&](Panel const& panel) {
        return ceil_div(shape.columns, panel.columns) * panel.columns * panel.cost;
    };
    std::uint32_t const columns = std::ranges::min(panels, {}, cost).columns;
    std::uint32_t const lanes = profile.subgroup_size, rows = 1;
    ProductKernel chosen;
    chosen.shader = shader_name(std::string(kernel) + "_lanes", shape.storage);
    chosen.constants = { lanes, 0, rows, columns };
    chosen.tile_rows = lanes * rows;
    chosen.tile_columns = columns;
    chosen.panels = { .columns = columns, .align = 1, .dtype = DType::f32 };
    return chosen;
}

/// The tile's columns follow from the weight alone, so that programs of other sizes share its packed copy.
struct Tile {
    std::uint32_t rows, columns, depth;
};

Tile tile_for(DeviceProfile const& profile, ProductShape const& shape, std::uint32_t depth)
{
    bool const small = profile.max_workgroup_invocations < 256;
    return { small || shape.rows <= 32 ? 32u : 64u, small || shape.columns <= 32 ? 32u : 64u, depth };
}

/// Tiles in shared memory, 4 x 4 sums an invocation: include/product_tiles.glsl.
ProductKernel tiles_product(DeviceProfile const& profile, std::string_view kernel, ProductShape const& shape)
{
    Tile const tile = tile_for(profile, shape, 16);
    ProductKernel chosen;
    chosen.shader = shader_name(std::string(kernel) + "_tiles", shape.storage);
    chosen.constants = { tile.rows * tile.columns / 16, 0, tile.rows, tile.columns, tile.depth, shape.vectors };
    chosen.tile_rows = tile.rows;
    chosen.tile_columns = tile.columns;
    chosen.panels = { .columns = tile.columns, .align = tile.depth, .dtype = shape.storage };
    return chosen;
}

/// Tiles in shared memory, fragments in subgroups: include/product_tiles.glsl with COOPMAT.
ProductKernel coopmat_product(
    DeviceProfile const& profile, std::string_view kernel, ProductShape const& shape, MatrixFragment const& f)
{
    Tile tile = tile_for(profile, shape, 32);
    if (profile.cpu)            // compiles every fragment into straight code: the smallest tile
        tile = { std::max(16u, f.m), std::max(16u, f.n), std::max(16u, f.k) };
    // Two by two subgroups, fewer where they would have less than 4 elements an invocation to fetch.
    std::uint32_t down = std::min(2u, tile.rows / f.m), across = std::min(2u, tile.columns / f.n);
    auto const too_wide = [&] {
        std::uint32_t const workgroup = down * across * profile.subgroup_size;
        return workgroup > profile.max_workgroup_invocations ||
               workgroup > std::min(tile.rows, tile.columns) * tile.depth / 4;
    };
    for (std::uint32_t* const way : { &across, &down }) {
        if (too_wide())
            *way = 1;
    }
    ProductKernel chosen;
    chosen.shader = shader_name(std::string(kernel) + "_coopmat", shape.storage);
    chosen.subgroup_size = profile.subgroup_size;
    chosen.full_subgroups = true;
    chosen.constants = { down * across * profile.subgroup_size, 0, tile.rows, tile.columns, tile.depth, shape.vectors,
        f.m, f.n, f.k, down, across };
    chosen.tile_rows = tile.rows;
    chosen.tile_columns = tile.columns;
    chosen.panels = { .columns = tile.columns, .align = tile.depth, .dtype = shape.storage };
    return chosen;
}

}

ProductKernel choose_product(Lowering const& lowering, std::string_view kernel, ProductShape const& shape)
{
    DeviceProfile const& profile = lowering.profile();
    std::string const name(kernel);
    if (auto const fragment = choose_fragment(lowering, name + "_coopmat", shape.storage, !profile.cpu))
        return coopmat_product(profile, kernel, shape, *fragment);
    if ((!profile.cpu || !lowering.enabled(name + "_lanes")) && lowering.enabled(name + "_tiles"))
        return tiles_product(profile, kernel, shape);
    return lanes_product(profile, kernel, shape);
}

std::uint32_t Epilogue::bits() const
{
    using namespace params;
    std::uint32_t all = static_cast<std::uint32_t>(activation);
    if (bias.location)
        all |= EPILOGUE_BIAS | (bias.dtype == DType::f16 ? EPILOGUE_BIAS_F16 : 0u);
    if (channel_add.location)
        all |= EPILOGUE_CHANNEL_ADD | (channel_add.dtype == DType::f32 ? EPILOGUE_CHANNEL_ADD_F32 : 0u);
    if (residual.location)
        all |= EPILOGUE_RESIDUAL | (residual.dtype == DType::f32 ? EPILOGUE_RESIDUAL_F32 : 0u);
    if (geglu)
        all |= EPILOGUE_GEGLU;
    if (out == DType::f32)
        all |= EPILOGUE_OUT_F32;
    return all;
}

std::uint64_t rows_per_dispatch(
    DeviceProfile const& profile, std::uint64_t rows, std::uint32_t tile_rows, double flops_per_row)
{
    double const allowed = profile.flops_per_second * profile.submission_seconds / std::max(flops_per_row, 1.0);
    double const tiles =
        std::clamp(std::floor(allowed / tile_rows), 1.0, static_cast<double>(profile.max_workgroup_count[0]));
    return std::min<std::uint64_t>(rows, static_cast<std::uint64_t>(tiles) * tile_rows);
}

void fill_product(Dispatch& dispatch, ProductKernel const& kernel, std::uint32_t epilogue, ProductShape const& shape,
    std::uint64_t rows)
{
    dispatch.constants = kernel.constants;
    dispatch.constants[1] = epilogue;
    dispatch.subgroup_size = kernel.subgroup_size;
    dispatch.full_subgroups = kernel.full_subgroups;
    dispatch.groups = { ceil_div(rows, kernel.tile_rows), ceil_div(shape.columns, kernel.tile_columns), 1 };
    dispatch.flops =
        2.0 * static_cast<double>(rows) * static_cast<double>(shape.columns) * static_cast<double>(shape.depth);
}

}
