// SPDX-License-Identifier: Apache-2.0
#pragma once

// Weights that live in memory, as a file's would.

#include "compute/graph/graph.h"

#include <span>
#include <string>

namespace igneous::test {

/// A weight that owns its bytes: `values` converted to `dtype` (f32 or f16).
Weight make_weight(std::string name, Shape shape, std::span<float const> values, DType dtype = DType::f32);

}
