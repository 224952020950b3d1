// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/layers/linear.h"

namespace igneous {

/// Linear, SiLU, Linear on the sinusoids of a timestep.
struct TimestepEmbedding {
    Linear linear_1, linear_2;

    static TimestepEmbedding load(WeightScope w, int in, int out);
    /// sinusoids [N, in] -> [N, out].
    Tensor operator()(Tensor sinusoids) const;
};

}
