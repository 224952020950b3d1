// SPDX-License-Identifier: Apache-2.0
#pragma once

// What goes onto a layer's pixels: a colour, or rather less of what is there; on a mask more or less of the mask.

#include "app/session/tiles.h"

#include <array>
#include <stop_token>

namespace igneous {

struct Ink {
    std::array<std::uint8_t, 3> colour { 0, 0, 0 };
    bool erases = false;
};

/// `pixel` of a layer with so many channels after `share` (0..1) of the ink, on top of `before`. May be the same place.
void put_ink(Ink const& ink, float share, int channels, std::uint8_t const* before, std::uint8_t* pixel);

/// How much of each pixel may be touched: what is selected, or everything where nothing is. `x`, `y`: where the layer's
/// pixel (0, 0) lies in the selection.
class Allowed {
public:
    explicit Allowed(TileGrid const& selection, int x = 0, int y = 0)
        : m_selection(selection)
        , m_x(x)
        , m_y(y)
    {}
    /// 0..1 for `count` pixels of the layer from (x, y) on.
    void row(int x, int y, int count, float* out) const;
    /// The selection's tiles that a tile of the layer lies on: where they are the same, so is what is allowed.
    std::array<Tile, 4> under(TilePosition where) const;

private:
    TileGrid m_selection; // its tiles are shared
    int m_x, m_y;
};

/// The tiles that `grid` has once ink went through `region` (a mask in the layer's own pixels), as far as allowed. What
/// is the same in many places is painted once. Asked to stop, it gives nothing of use.
std::vector<PlacedTile> ink_through(TileGrid const& grid, TileGrid const& region, Allowed const& allowed,
    Ink const& ink, double opacity, std::stop_token const& stop = {});

}
