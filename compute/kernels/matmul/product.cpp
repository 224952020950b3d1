// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/matmul/product.h"

#include "compute/kernels/choice.h"
#include "compute/kernels/matmul/product_tiles.h"
#include "compute/kernels/parts.h"
#include "shaders/conv/boxes.params.h"
#include "shaders/include/epilogue.params.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace igneous {

namespace {

/// In how many parts the sum along k is cut, so that workgroups with tiles of `tile` x `tile` are enough to keep the
/// device busy. Each is 512 deep at least: its sums go through memory.
std::uint32_t parts_of(DeviceProfile const& profile, ProductShape const& shape, std::uint32_t tile)
{
    constexpr std::uint64_t least_depth = 512, most = 9;
    std::uint64_t const tiles
        = std::uint64_t { ceil_div(shape.picture_rows, tile) } * ceil_div(shape.columns, tile);
    return parts_to_fill(
        profile, "matmul/product_sum", tiles, std::min({ shape.depth / least_depth, shape.most_parts, most }));
}

constexpr std::size_t border_constant = 12;        // BORDER of shaders/conv/boxes.glsl; NORM and STATISTICS follow

/// What the numbers of a tile come to in the constants of the shader.
ProductKernel with_tile(
    DeviceProfile const& profile, Tile const& tile, ProductShape const& shape, MatrixFragment const* f)
{
    ProductKernel kernel;
    kernel.tile_rows = tile.rows;
    kernel.tile_columns = tile.columns;
    kernel.panels = { .columns = tile.columns, .align = tile.depth, .geglu = shape.geglu, .dtype = shape.storage };
    kernel.parts = parts_of(profile, shape, 64);
    kernel.constants
        = { tile.rows * tile.columns / 16, 0, tile.rows, tile.columns, tile.depth, shape.vectors, kernel.parts };
    if (shape.border) {
        kernel.box_height = tile.rows / params::BOX_WIDTH;
        kernel.box_width = params::BOX_WIDTH;
    }
    if (f) {
        kernel.subgroup_size = profile.subgroup_size;
        kernel.full_subgroups = true;
        kernel.constants.front() = tile.down * tile.across * profile.subgroup_size;
        kernel.constants.insert(kernel.constants.end(), { f->m, f->n, f->k, tile.down, tile.across });
    }
    kernel.constants.resize(border_constant);
    kernel.constants.insert(kernel.constants.end(), { shape.border, shape.norm, shape.statistics });
    kernel.makes_statistics = shape.statistics;
    return kernel;
}

/// The same where each invocation has rows of its own, and weights are f32 in every tier.
ProductKernel with_lanes(DeviceProfile const& profile, Tile const& tile, ProductShape const& shape)
{
    std::uint32_t const workgroup = tile.down * profile.subgroup_size;
    ProductKernel kernel;
    kernel.tile_rows = workgroup * tile.rows;
    kernel.tile_columns = tile.columns;
    kernel.panels = { .columns = tile.columns, .align = 1, .geglu = shape.geglu, .dtype = DType::f32 };
    kernel.constants = { workgroup, 0, tile.rows, tile.columns };
    return kernel;
}

/// One product of the whole workgroup: include/product_workgroup.glsl. Nothing where the shape or the device's matrices
/// do not fit its tile.
std::optional<ProductKernel> workgroup_product(
    Lowering const& lowering, std::string_view kernel, ProductShape const& shape)
{
    bool const conv = kernel == "conv/conv2d";
    std::string const variant = std::string(kernel) + "_coopmat2";
    std::string const module =
        shader_name(variant, shape.storage) + (conv ? "" : shape.geglu ? ".yes" : ".no");
    auto const matrix = choose_workgroup_matrix(lowering, variant, module, shape.storage);
    constexpr std::uint32_t columns = 128, depth = 32, box_width = 16;
    std::uint32_t const rows = shape.rows <= 64 ? 64 : 128, width = shape.geglu ? columns / 2 : columns;
    if (!matrix || !shape.aligned || (conv && !shape.boxes) || rows % matrix->m || width % matrix->n
        || depth % matrix->k || lowering.profile().max_workgroup_matrix < std::max(rows, columns))
        return {};
    ProductKernel chosen;
    chosen.shader = module;
    // Parts must begin at multiples of 16 bytes, and gated ones lie otherwise than product_sum adds them up.
    if (!shape.geglu && shape.columns % 4 == 0)
        chosen.parts = parts_of(lowering.profile(), shape, columns);
    chosen.constants = { matrix->invocations, 0, rows, columns, depth, chosen.parts };
    chosen.tile_rows = rows;
    chosen.tile_columns = columns;
    if (conv) {
        chosen.box_height = rows / box_width;
        chosen.box_width = box_width;
        chosen.makes_phases = true;
        chosen.constants.insert(chosen.constants.end(), { chosen.box_height, chosen.box_width });
    } else {
        chosen.constants.push_back(shape.rows % rows == 0 && shape.depth % depth == 0);
    }
    chosen.panels = { .columns = columns, .align = depth, .geglu = shape.geglu, .halves = shape.geglu, .dtype = shape.storage };
    return chosen;
}

/// The kernel for tiles or lanes that a device runs.
struct TileKernel {
    std::string name;
    std::optional<MatrixFragment> fragment;
    bool boxes = false, lanes = false;
};

/// `boxes`: the left matrix may be staged in boxes of pixels.
TileKernel tile_kernel(DeviceProfile const& profile, std::string_view kernel, DType storage, bool boxes)
{
    std::string const rows(kernel), in_boxes = rows + "_boxes";
    auto const enabled = [&](std::string const& name) { return !profile.disabled.contains(name); };
    if (boxes) // rows of a fragment lie side by side in a box
        if (auto const f = choose_fragment(profile, in_boxes + "_coopmat", storage); f && params::BOX_WIDTH % f->m == 0)
            return { .name = in_boxes + "_coopmat", .fragment = f, .boxes = true };
    if (auto const f = choose_fragment(profile, rows + "_coopmat", storage))
        return { .name = rows + "_coopmat", .fragment = f };
    if ((profile.cpu && enabled(rows + "_lanes")) || !enabled(rows + "_tiles"))
        return { .name = rows + "_lanes", .lanes = true };
    if (boxes && enabled(in_boxes + "_tiles"))
        return { .name = in_boxes + "_tiles", .boxes = true };
    return { .name = rows + "_tiles" };
}

}

bool stages_boxes(DeviceProfile const& profile, DType storage)
{
    return tile_kernel(profile, "conv/conv2d", storage, true).boxes;
}

ProductKernel choose_product(Lowering const& lowering, std::string_view kernel, ProductShape shape)
{
    DeviceProfile const& profile = lowering.profile();
    if (auto const whole = workgroup_product(lowering, kernel, shape))
        return *whole;
    auto const [name, fragment, boxes, lanes] = tile_kernel(profile, kernel, shape.storage, shape.border > 0);
    if (!boxes)
        shape.border = 0;
    // A tile of at least 64 rows holds whole boxes of them, and nothing may be added to what it stores.
    shape.statistics = shape.statistics && shape.border && lowering.enabled(name + "+statistics")
        && parts_of(profile, shape, 64) == 1 && profile.max_workgroup_invocations >= 256
        && profile.shared_memory_bytes >= 32 * 1024;
    std::string shader = shader_name(name, shape.storage);
    std::string measured = shader;                 // with statistics it has other tiles, and may be wrong by itself
    if (shape.statistics)
        measured.insert(measured.find('.'), "+statistics");
    TuneClass shapes { .kernel = std::move(measured),
        .geglu = shape.geglu,
        .columns = static_cast<std::uint32_t>(shape.columns),
        .depth = tune_bucket(shape.depth),
        .rows = tune_bucket(shape.rows) };
    TileChoice choice = choose_tile(profile, std::move(shapes),
        fragment    ? coopmat_tiles(profile, shape, *fragment)
            : lanes ? lanes_tiles(profile, shape)
                    : scalar_tiles(profile, shape));
    ProductKernel chosen = lanes ? with_lanes(profile, choice.chosen, shape)
                                 : with_tile(profile, choice.chosen, shape, fragment ? &*fragment : nullptr);
    chosen.shader = std::move(shader);
    chosen.tile = std::make_shared<TileChoice const>(std::move(choice));
    return chosen;
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
    dispatch.tile = kernel.tile;
    dispatch.groups
        = { ceil_div(rows, kernel.tile_rows), ceil_div(shape.columns, kernel.tile_columns), kernel.parts };
    dispatch.flops =
        2.0 * static_cast<double>(rows) * static_cast<double>(shape.columns) * static_cast<double>(shape.depth);
}

}
