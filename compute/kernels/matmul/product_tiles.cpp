// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/matmul/product_tiles.h"

#include "shaders/conv/boxes.params.h"

#include <algorithm>

namespace igneous {

namespace {

/// The first, and those of the others that the device can run.
template <class Fits>
std::vector<Tile> checked(Tile const& first, std::initializer_list<Tile> others, Fits fits)
{
    std::vector<Tile> tiles { first };
    std::ranges::copy_if(others, std::back_inserter(tiles), fits);
    return tiles;
}

}

std::vector<Tile> lanes_tiles(DeviceProfile const& profile, ProductShape const& shape)
{
    struct Panel {
        std::uint32_t columns;
        double cost;              // of a column, relative
    };
    // Seen on lavapipe: one row an invocation and panels of 32 columns are fastest; narrower ones where 32 would mostly
    // multiply zeros.
    constexpr Panel panels[] = { { 32, 1 }, { 24, 1.15 }, { 16, 1.4 }, { 8, 2.2 }, { 4, 4 } };
    auto const cost
        = [&](Panel const& panel) { return ceil_div(shape.columns, panel.columns) * panel.columns * panel.cost; };
    std::uint32_t const columns = std::ranges::min(panels, {}, cost).columns;
    auto const fits
        = [&](Tile const& t) { return t.down * profile.subgroup_size <= profile.max_workgroup_invocations; };
    return checked({ .rows = 1, .columns = columns, .down = 1 },
        { { 1, columns, 0, 2 }, { 1, columns, 0, 4 }, { 1, 32, 0, 1 }, { 1, 24, 0, 1 }, { 1, 16, 0, 1 },
            { 1, 48, 0, 1 }, { 2, 32, 0, 1 }, { 2, 16, 0, 1 }, { 2, 8, 0, 1 }, { 4, 16, 0, 1 }, { 4, 8, 0, 1 } },
        fits);
}

namespace {

/// The tile's columns follow from the weight alone, so that programs of other sizes share its packed copy.
Tile square_tile(DeviceProfile const& profile, ProductShape const& shape, std::uint32_t depth)
{
    bool const small = profile.max_workgroup_invocations < 256;
    return { .rows = small || (shape.rows <= 32 && !shape.statistics) ? 32u : 64u,
        .columns = small || shape.columns <= 32 ? 32u : 64u,
        .depth = depth };
}

/// Rows of the left matrix that are in shared memory at once.
std::uint32_t staged_rows(Tile const& tile, ProductShape const& shape)
{
    if (!shape.border)
        return tile.rows;
    return (tile.rows / params::BOX_WIDTH + shape.border) * (params::BOX_WIDTH + shape.border);
}

/// Bytes of shared memory that statistics of boxes take.
std::uint32_t statistics_bytes(std::uint32_t workgroup, ProductShape const& shape)
{
    return shape.border ? 8 * workgroup : 0;
}

/// Boxes are multiplied tap by tap for `depth` channels after the other: no other depth gives the same sums.
bool suits_boxes(Tile const& tile, ProductShape const& shape, std::uint32_t depth)
{
    std::uint32_t const rows = params::BOX_WIDTH * (shape.statistics ? params::BOX_LINES : 1);
    return !shape.border || (tile.depth == depth && tile.rows % rows == 0);
}

}

std::vector<Tile> scalar_tiles(DeviceProfile const& profile, ProductShape const& shape)
{
    // Each invocation fetches whole vectors of both operands, one at least: no side is longer than 4 depths.
    auto const fits = [&](Tile const& t) {
        std::uint32_t const shared = 4 * (staged_rows(t, shape) * (t.depth + 8) + t.depth * (t.columns + 8))
            + statistics_bytes(t.rows * t.columns / 16, shape);
        return suits_boxes(t, shape, 16) && t.rows * t.columns / 16 <= profile.max_workgroup_invocations && shared <= profile.shared_memory_bytes;
    };
    return checked(square_tile(profile, shape, 16),
        { { 64, 64, 16 }, { 32, 64, 16 }, { 64, 32, 16 }, { 32, 32, 16 }, { 16, 64, 16 }, { 64, 64, 32 },
            { 32, 64, 32 }, { 128, 64, 32 }, { 64, 128, 32 }, { 32, 128, 32 }, { 128, 128, 32 } },
        fits);
}

std::vector<Tile> coopmat_tiles(DeviceProfile const& profile, ProductShape const& shape, MatrixFragment const& f)
{
    Tile first = square_tile(profile, shape, 32);
    if (profile.cpu) // compiles every fragment into straight code: the smallest tile
        first = { .rows = std::max(16u, f.m), .columns = std::max(16u, f.n), .depth = std::max(16u, f.k) };
    // Two by two subgroups, fewer where they would have less than 4 elements an invocation to fetch.
    first.down = std::min(2u, first.rows / f.m);
    first.across = std::min(2u, first.columns / f.n);
    auto const workgroup = [&](Tile const& t) { return t.down * t.across * profile.subgroup_size; };
    auto const too_wide = [&](Tile const& t) {
        return workgroup(t) > profile.max_workgroup_invocations
               || workgroup(t) > std::min(t.rows, t.columns) * t.depth / 4;
    };
    for (std::uint32_t Tile::* const way : { &Tile::across, &Tile::down })
        if (too_wide(first))
            first.*way = 1;
    auto const fits = [&](Tile const& t) {
        bool const whole = t.rows % (t.down * f.m) == 0 && t.columns % (t.across * f.n) == 0 && t.depth % f.k == 0;
        bool const shared_out = t.rows * t.depth / 4 % workgroup(t) == 0 && t.columns * t.depth / 4 % workgroup(t) == 0;
        std::uint32_t const shared
            = 2 * (staged_rows(t, shape) * (t.depth + 8) + t.depth * (t.columns + 8)) + 4 * t.down * f.m * t.columns
            + statistics_bytes(workgroup(t), shape);
        return suits_boxes(t, shape, first.depth) && whole && shared_out && !too_wide(t) && shared <= profile.shared_memory_bytes;
    };
    if (profile.cpu)
        return checked(
            first, { { 16, 16, 16, 1, 1 }, { 32, 16, 16, 2, 2 }, { 16, 32, 16, 2, 2 }, { 16, 16, 32, 2, 2 } }, fits);
    return checked(first,
        { { 64, 64, 32, 2, 2 }, { 32, 64, 32, 2, 2 }, { 64, 32, 32, 2, 2 }, { 32, 32, 32, 1, 1 }, { 64, 64, 32, 4, 1 },
            { 64, 64, 64, 2, 2 }, { 128, 64, 32, 4, 1 }, { 128, 64, 32, 4, 2 }, { 64, 128, 32, 2, 2 },
            { 128, 128, 32, 2, 2 }, { 128, 128, 32, 4, 2 } },
        fits);
}

}
