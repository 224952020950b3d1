// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pixels of a layer, which may be huge and are mostly empty: squares of 256x256 that are there where something was
// painted. A tile never changes. Painting puts another in its place, so that undo, the journal and a thread that draws
// keep the old one without a copy, and a copy of a layer costs no pixels.

#include "models/api/image.h"

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace igneous {

struct Rect {
    int x = 0, y = 0, width = 0, height = 0;

    bool empty() const { return width <= 0 || height <= 0; }
    bool operator==(Rect const&) const = default;
};

/// The smallest that holds both; an empty one adds nothing.
Rect united(Rect const& one, Rect const& other);
Rect moved(Rect const& rect, int x, int y);

constexpr int tile_side = 256;
/// Tiles lie from -4096 to 4095: a million pixels to each side.
constexpr int furthest_tile = 4096;

/// In tiles, not pixels: { 1, 0 } begins at pixel (256, 0) of its layer.
struct TilePosition {
    int x = 0, y = 0;
    auto operator<=>(TilePosition const&) const = default;
};

/// Rows from the top, channels interleaved; RGBA is straight, as in PNG: colour is not multiplied by alpha.
using TileBytes = std::vector<std::uint8_t>;
/// Null where everything is 0: made by make_tile() alone, which sees to it. Equal tiles may be one and the same.
using Tile = std::shared_ptr<TileBytes const>;

/// Null when all bytes are 0.
Tile make_tile(TileBytes bytes);

struct PlacedTile {
    TilePosition position;
    Tile tile;
};

class TileGrid {
public:
    /// 4: RGBA, 1: a mask.
    explicit TileGrid(int channels = 4)
        : m_channels(channels)
    {
    }
    int channels() const { return m_channels; }
    std::size_t tile_bytes() const
    {
        return std::size_t { tile_side } * tile_side * static_cast<std::size_t>(m_channels);
    }
    Tile tile(TilePosition position) const;
    /// Gives what was there. Throws invalid_argument for a tile of another size or too far away.
    Tile put(TilePosition position, Tile tile);
    std::map<TilePosition, Tile> const& tiles() const { return m_tiles; }
    bool empty() const { return m_tiles.empty(); }
    /// Whole tiles, in the layer's own pixels.
    Rect bounds() const;
    /// By content.
    bool operator==(TileGrid const& other) const;

private:
    int m_channels;
    std::map<TilePosition, Tile> m_tiles;      // none is null or all 0
};

/// Throws invalid_argument unless the grid takes this tile there.
void require_fits(TileGrid const& grid, PlacedTile const& placed);

Rect area_of(TilePosition position);
Rect area_of(std::vector<PlacedTile> const& tiles);

/// A part of the grid as a picture; what was never painted is 0.
Image picture_of(TileGrid const& grid, Rect const& area);
/// The tiles that the grid has once `image`, of as many channels, lies at (x, y): what a command puts.
std::vector<PlacedTile> tiles_with(TileGrid const& grid, Image const& image, int x, int y);

}
