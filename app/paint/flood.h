// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which pixels a fill reaches: those that look like the one that was clicked on, as the document shows them.

#include "app/session/document.h"

#include <stop_token>

namespace igneous {

struct Flooding {
    int tolerance = 24;                    // the largest difference of a channel, 0..255
    bool connected = true;                 // false: every pixel like it, wherever
};

/// A mask in the document's pixels; empty where (x, y) lies outside. Reads only the tiles that it comes to. Asked to
/// stop, it gives nothing of use.
TileGrid flooded(
    Document const& document, int x, int y, Flooding const& how = {}, std::stop_token const& stop = {});

}
