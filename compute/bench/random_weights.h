// SPDX-License-Identifier: Apache-2.0
#pragma once

// Weights that no file has, for measuring: of the size weights have, so that values stay finite through a whole model,
// and random, because zeros run faster than what models are made of.

#include "compute/graph/graph.h"

namespace igneous {

/// Makes f16 weights. They are views of the same few values: a model of gigabytes costs its largest weight once, until
/// it is packed for a device.
class RandomWeights {
public:
    /// A vector (norms, biases) lies around 1; others have the deviation 0.02.
    Weight make(std::string name, Shape const& shape);

private:
    struct Pool {
        std::shared_ptr<HostTensor const> values;
        std::span<std::byte const> at_least(std::int64_t count, float mean);
    };
    Pool m_vectors, m_matrices;
};

}
