// SPDX-License-Identifier: Apache-2.0
#pragma once

// How colours of two layers become one: the formulas of the W3C's "Compositing and Blending", and plus-lighter as
// "add".

#include "app/session/document.h"

namespace igneous {

/// Straight: not multiplied by alpha, 0 to 1.
struct Rgba {
    float r = 0, g = 0, b = 0, a = 0;
};

/// `row` holds premultiplied pixels, four floats each, and becomes what it is with `source` (straight) over it.
void blend_row(BlendMode mode, Rgba const* source, float* row, int count);

}
