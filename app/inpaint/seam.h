// SPDX-License-Identifier: Apache-2.0
#pragma once

// How much one sees where a mask ended.

#include "models/api/image.h"

namespace igneous {

/// Every pixel p inside the mask with a neighbour q outside makes one place of the border; p' is the next pixel
/// inwards, q' the next outwards, all four in one line. |a - b| is the mean over R, G and B, in levels of 255.
///
///     across = mean of |p - q|        around = mean of (|p' - p| + |q - q'|) / 2
///     score  = (across + 1) / (around + 1)
///
/// 1: the border looks as what lies beside it. 2 and more: a line that one sees. The level that is added is what no eye
/// sees on an even ground. 1 also where the mask has no border.
double seam_score(Image const& picture, Image const& mask);

}
