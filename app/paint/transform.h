// SPDX-License-Identifier: Apache-2.0
#pragma once

// A layer's pixels scaled, turned and moved.

#include "app/session/tiles.h"

#include <stop_token>

namespace igneous {

/// x' = a x + c y + e, y' = b x + d y + f: as SVG has it.
struct Affine {
    double a = 1, b = 0, c = 0, d = 1, e = 0, f = 0;
};

/// The grid's pixels after `affine`, by cubic interpolation (Catmull-Rom), averaged first where they become much
/// smaller. A move by whole pixels, and nothing, keep every bit. Empty where the result has no area. Parts outside of
/// `limits` are left out. Asked to stop, it gives nothing of use.
TileGrid transformed(
    TileGrid const& grid, Affine const& affine, Rect const& limits, std::stop_token const& stop = {});

}
