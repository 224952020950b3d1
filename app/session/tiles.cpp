// SPDX-License-Identifier: Apache-2.0
#include "app/session/tiles.h"

#include "models/api/error.h"

#include <algorithm>
#include <cstring>

namespace igneous {

namespace {

bool is_zero(TileBytes const& bytes)
{
    return bytes.empty() || (bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

/// Calls work(position, part) for each tile that `area` touches, with the touched part in the layer's pixels.
void for_each_tile(Rect const& area, auto const& work)
{
    auto const tile_at
        = [](int pixel) { return pixel >= 0 ? pixel / tile_side : -((tile_side - 1 - pixel) / tile_side); };
    for (int ty = tile_at(area.y); ty <= tile_at(area.y + area.height - 1); ++ty) {
        for (int tx = tile_at(area.x); tx <= tile_at(area.x + area.width - 1); ++tx) {
            int const left = std::max(area.x, tx * tile_side), top = std::max(area.y, ty * tile_side);
            int const right = std::min(area.x + area.width, (tx + 1) * tile_side);
            int const bottom = std::min(area.y + area.height, (ty + 1) * tile_side);
            work(TilePosition { tx, ty }, Rect { left, top, right - left, bottom - top });
        }
    }
}

void require_area(Rect const& area)
{
    constexpr int furthest = furthest_tile * tile_side;
    require(!area.empty() && area.x >= -furthest && area.y >= -furthest && area.width <= furthest - area.x
                && area.height <= furthest - area.y,
        "pixels: an area within {} pixels of a layer's corner, got {}x{} at ({}, {})", furthest, area.width,
        area.height, area.x, area.y);
}

/// Where a pixel lies in the bytes of something that begins at `origin` and is `width` wide.
std::size_t offset_of(int x, int y, Rect const& origin, int channels)
{
    return (static_cast<std::size_t>(y - origin.y) * static_cast<std::size_t>(origin.width)
               + static_cast<std::size_t>(x - origin.x))
        * static_cast<std::size_t>(channels);
}

}

Rect united(Rect const& one, Rect const& other)
{
    if (one.empty())
        return other;
    if (other.empty())
        return one;
    int const left = std::min(one.x, other.x), top = std::min(one.y, other.y);
    int const right = std::max(one.x + one.width, other.x + other.width);
    int const bottom = std::max(one.y + one.height, other.y + other.height);
    return { left, top, right - left, bottom - top };
}

Rect moved(Rect const& rect, int x, int y) { return { rect.x + x, rect.y + y, rect.width, rect.height }; }

Tile make_tile(TileBytes bytes)
{
    return is_zero(bytes) ? nullptr : std::make_shared<TileBytes const>(std::move(bytes));
}

Tile TileGrid::tile(TilePosition position) const
{
    auto const found = m_tiles.find(position);
    return found == m_tiles.end() ? nullptr : found->second;
}

Tile TileGrid::put(TilePosition position, Tile tile)
{
    require_fits(*this, { position, tile });
    auto const found = m_tiles.find(position);
    if (found == m_tiles.end()) {
        if (tile)
            m_tiles.emplace(position, std::move(tile));
        return nullptr;
    }
    Tile const before = found->second;
    if (tile)
        found->second = std::move(tile);
    else
        m_tiles.erase(found);
    return before;
}

Rect TileGrid::bounds() const
{
    Rect all;
    for (auto const& [position, tile] : m_tiles)
        all = united(all, area_of(position));
    return all;
}

bool TileGrid::operator==(TileGrid const& other) const
{
    return m_channels == other.m_channels
           && std::ranges::equal(m_tiles, other.m_tiles, [](auto const& a, auto const& b) {
                  return a.first == b.first && (a.second == b.second || *a.second == *b.second);
              });
}

void require_fits(TileGrid const& grid, PlacedTile const& placed)
{
    auto const [x, y] = placed.position;
    require(x >= -furthest_tile && x < furthest_tile && y >= -furthest_tile && y < furthest_tile,
        "pixels: tiles lie from {} to {}, got ({}, {})", -furthest_tile, furthest_tile - 1, x, y);
    require(!placed.tile || placed.tile->size() == grid.tile_bytes(), "pixels: a tile here has {} bytes, got {}",
        grid.tile_bytes(), placed.tile ? placed.tile->size() : 0);
}

Rect area_of(TilePosition position) { return { position.x * tile_side, position.y * tile_side, tile_side, tile_side }; }

Rect area_of(std::vector<PlacedTile> const& tiles)
{
    Rect all;
    for (PlacedTile const& placed : tiles)
        all = united(all, area_of(placed.position));
    return all;
}

Image picture_of(TileGrid const& grid, Rect const& area)
{
    require_area(area);
    int const channels = grid.channels();
    Image image(area.width, area.height, channels);
    for_each_tile(area, [&](TilePosition position, Rect const& part) {
        Tile const tile = grid.tile(position);
        if (!tile)
            return;
        for (int y = part.y; y < part.y + part.height; ++y)
            std::memcpy(image.pixels.data() + offset_of(part.x, y, area, channels),
                tile->data() + offset_of(part.x, y, area_of(position), channels),
                static_cast<std::size_t>(part.width) * static_cast<std::size_t>(channels));
    });
    return image;
}

std::vector<PlacedTile> tiles_with(TileGrid const& grid, Image const& image, int x, int y)
{
    int const channels = grid.channels();
    require(image.channels == channels, "pixels: {} channels belong here, got {}", channels, image.channels);
    Rect const area { x, y, image.width, image.height };
    require_area(area);
    std::vector<PlacedTile> tiles;
    for_each_tile(area, [&](TilePosition position, Rect const& part) {
        Tile const before = grid.tile(position);
        TileBytes bytes = before ? *before : TileBytes(grid.tile_bytes());
        for (int row = part.y; row < part.y + part.height; ++row)
            std::memcpy(bytes.data() + offset_of(part.x, row, area_of(position), channels),
                image.pixels.data() + offset_of(part.x, row, area, channels),
                static_cast<std::size_t>(part.width) * static_cast<std::size_t>(channels));
        tiles.push_back({ position, make_tile(std::move(bytes)) });
    });
    return tiles;
}

}
