// SPDX-License-Identifier: Apache-2.0
#pragma once

// Selected pixels taken off their layer, so that they can be put down elsewhere. Where the selection is soft a pixel
// is shared out between the two.

#include "app/session/tiles.h"

#include <stop_token>

namespace igneous {

struct Lifted {
    TileGrid piece, rest;
};

/// `selection` in the layer's own pixels. What is not touched stays the same tile. Asked to stop, it gives nothing of
/// use.
Lifted lifted(TileGrid const& pixels, TileGrid const& selection, std::stop_token const& stop = {});

/// The piece over the rest: where either is empty, or the piece opaque, every bit is kept. Stops as above.
TileGrid laid(TileGrid const& rest, TileGrid const& piece, std::stop_token const& stop = {});

}
