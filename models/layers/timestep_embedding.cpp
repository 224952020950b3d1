// SPDX-License-Identifier: Apache-2.0
#include "models/layers/timestep_embedding.h"

#include "compute/ops/elementwise.h"

namespace igneous {

TimestepEmbedding TimestepEmbedding::load(WeightScope w, int in, int out)
{
    return { Linear::load(w / "linear_1", in, out), Linear::load(w / "linear_2", out, out) };
}

Tensor TimestepEmbedding::operator()(Tensor sinusoids) const { return linear_2(silu(linear_1(sinusoids))); }

}
