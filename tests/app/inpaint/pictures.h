// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pictures whose seams are known: landscapes of smooth colours and texture, and masks on them.

#include "app/session/tiles.h"

namespace igneous::test {

/// Waves and a gradient, RGB, with noise of `texture` levels; the same for the same numbers.
Image landscape(int width, int height, int texture, unsigned seed = 1);
/// Every channel a little different, as models shift colours.
Image shifted(Image picture, int red, int green, int blue);
Image rectangle_mask(int width, int height, Rect const& masked, std::uint8_t value = 255);
Image disc_mask(int width, int height, double x, double y, double radius);
Image with_alpha(Image const& picture, std::uint8_t alpha = 255);
/// `painted` where the mask is set, nothing done about it.
Image hard_paste(Image const& before, Image const& painted, Image const& mask);
/// The largest difference of a channel outside of the mask.
int change_outside(Image const& before, Image const& after, Image const& mask);
/// The mean over pixels and channels, within the mask.
double mean_difference(Image const& one, Image const& other, Image const& mask);

}
