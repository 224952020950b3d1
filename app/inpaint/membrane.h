// SPDX-License-Identifier: Apache-2.0
#pragma once

// Values that are known along a line, carried smoothly over an area: as a soap film hangs in a bent wire.

#include "app/inpaint/field.h"

namespace igneous {

/// Moves every pixel of `free` to the mean of its neighbours in `area`, `rounds` times: what stands there gets smoother
/// and meets its border.
void relax(Field& field, std::vector<bool> const& free, std::vector<bool> const& area, int rounds);

/// The solution of Laplace's equation in `area`, with the values where `fixed` has weight and no flow through the rest
/// of the area's edge. What is fixed is first smoothed among itself, by a Gaussian of `sigma` pixels. Solved on a grid
/// of at most 192 points a side: it is smooth. 0 outside of the area and where nothing is fixed.
Field membrane(Field const& values, Shares const& fixed, std::vector<bool> const& area, double sigma);

}
