// SPDX-License-Identifier: Apache-2.0
#pragma once

// A document's layers as one picture, and its masks as one mask. A part of any size can be asked for, coarser too, so
// that nobody needs the whole.

#include "app/session/document.h"

#include <cstdint>
#include <span>

namespace igneous {

struct Composing {
    bool references = false;               // reference layers too: on the screen, never in a picture
    LayerId without = 0;                   // a layer that is left out, with all that is in it; 0: none
    TileGrid const* instead = nullptr;     // pixels that stand in for those of `without`: then it is not left out
    int step = 1;                          // only each step-th pixel of each step-th row, from the middle of the step
};

/// RGBA, straight: the visible layers with opacity, groups (isolated) and blend modes. What one opaque layer shows is
/// there bit for bit.
Image flatten(Document const& document, Rect const& area);
/// One channel: what is to be painted. The visible mask layers and the selection, the strongest counts.
Image mask_of(Document const& document, Rect const& area);

/// As flatten(), but premultiplied 0xAARRGGBB for the screen. `out` has width / step * (height / step) pixels.
void compose(Document const& document, Rect const& area, Composing const& how, std::span<std::uint32_t> out);
/// As mask_of(), of the mask layers alone; `out` as above.
void compose_mask(Document const& document, Rect const& area, Composing const& how, std::span<std::uint8_t> out);

}
