// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/sampling/weighted_sum.h"

#include "compute/kernels/grid.h"
#include "shaders/sampling/weighted_sum.params.h"

#include <cassert>

namespace igneous {

Dispatch weighted_sum(
    std::uint64_t out, std::span<WeightedTerm const> terms, std::uint64_t count, DeviceProfile const& profile)
{
    assert(!terms.empty() && terms.size() <= max_weighted_terms && "weighted_sum: one to six terms");
    params::WeightedSumParams p {};
    p.out_address = out;
    for (std::size_t k = 0; k < terms.size(); ++k) {
        p.terms[k] = terms[k].address;
        p.coefficients[k] = terms[k].coefficient;
    }
    p.count = static_cast<std::uint32_t>(count);
    p.term_count = static_cast<std::uint32_t>(terms.size());
    Dispatch d = flat_dispatch("sampling/weighted_sum", p, count, profile);
    d.flops = 2.0 * static_cast<double>(count * terms.size());
    d.bytes = 4.0 * static_cast<double>(count * (terms.size() + 1));
    d.label = "weighted_sum";
    return d;
}

}
