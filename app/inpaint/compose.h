// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a model painted, back into the document: in the document's colours, with a soft edge, and nowhere but in the
// mask.

#include "models/api/image.h"

namespace igneous {

struct ComposeOptions {
    /// Pixels over which the edge fades in, inside the mask; of thin masks less, so that their middle is opaque.
    double feather = 12;
    bool match_colours = true;
};

/// A layer over `before` (RGB or RGBA; transparent where nothing is): RGBA, transparent outside of `mask`, so that what
/// is not masked stays as it is to the last bit. `painted` has any size; it is brought to that of `before` and `mask`.
///
/// Colours: along the mask's border, the difference between the picture just outside and the painting just inside,
/// smoothed along the border so that texture does not count, is carried over the mask as a membrane and added. Models
/// shift colours a little everywhere; this takes the shift away where it would be seen and keeps what they drew.
///
/// The edge fades only towards what is there: not at the picture's own edge, and not over transparent ground.
Image composed(Image const& before, Image const& painted, Image const& mask, ComposeOptions const& options = {});

/// The layer laid over the picture, as the canvas does it: for tests and thumbnails. RGB, or RGBA as `under` is.
Image laid_over(Image const& under, Image const& layer);

}
