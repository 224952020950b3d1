// SPDX-License-Identifier: Apache-2.0
#pragma once

// What stands in the masked pixels before the model begins. At full strength a model forgets most of it, but not its
// large shapes and colours: a good beginning is half of a picture without seams.

#include "app/inpaint/task.h"
#include "models/api/image.h"

namespace igneous {

/// `picture` is RGB or RGBA, `mask` has one channel of the same size (any value above 0: to be painted). Gives RGB.
/// Transparent pixels count as masked for Expand, and are filled from their surroundings for all others.
///   Fill                the border's colours run inwards and mix
///   Remove              the same, smoother: nothing of the old content is left to grow from
///   Expand              the edge is continued outwards, blurred, with some noise for the model to grow things from
///   Add, Refine, ...    as it is
/// `seed`: of the noise.
Image begun(Task task, Image const& picture, Image const& mask, std::uint64_t seed);

/// RGB: what is transparent has the colours around it.
Image without_holes(Image const& picture);

/// The mask at another size, 255 wherever it touches a pixel that is to be painted: never less than was asked for.
Image mask_for_model(Image const& mask, int width, int height);

}
