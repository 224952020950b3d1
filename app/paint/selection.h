// SPDX-License-Identifier: Apache-2.0
#pragma once

// Masks as shapes: made of rectangles and outlines, joined, turned round, grown and feathered. A mask is a grid of one
// channel; 255: inside. `area` is the document's, beyond which nothing is selected. What takes long can be asked to
// stop, and then gives nothing of use.

#include "app/session/tiles.h"

#include <stop_token>

namespace igneous {

struct Point {
    double x = 0, y = 0;
    bool operator==(Point const&) const = default;
};

TileGrid rectangle_mask(Rect const& rectangle);
/// Smooth-edged; where the outline crosses itself, even-odd. Parts outside of `area` are left out.
TileGrid polygon_mask(std::vector<Point> const& outline, Rect const& area, std::stop_token const& stop = {});
/// The one tile for every place that is inside all over.
Tile full_mask_tile();

enum class Joining : std::uint8_t { replace, add, subtract, intersect };
TileGrid joined(TileGrid const& mask, TileGrid const& other, Joining how);
TileGrid inverted(TileGrid const& mask, Rect const& area);
/// By a disc of so many pixels; below 0 it shrinks, but not from the edges of `area`. Soft edges stay as soft.
TileGrid grown(TileGrid const& mask, int pixels, Rect const& area, std::stop_token const& stop = {});
/// A soft edge about so many pixels wide to both sides.
TileGrid feathered(TileGrid const& mask, int pixels, Rect const& area, std::stop_token const& stop = {});

/// The tiles that make `now` into `then`.
std::vector<PlacedTile> tiles_between(TileGrid const& now, TileGrid const& then);
/// By so many pixels to the right and down.
TileGrid moved(TileGrid const& grid, int x, int y);

/// The part of `grid` that is not 0 everywhere, to the pixel; empty where there is none.
Rect tight_bounds(TileGrid const& grid);

/// The borders between inside (128 and more) and outside, each a closed line along pixel edges.
std::vector<std::vector<Point>> outlines(Image const& mask);

}
