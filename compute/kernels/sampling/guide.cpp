// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/sampling/sampling.h"

#include "compute/kernels/grid.h"
#include "compute/ops/sampling.h"
#include "shaders/sampling/guide.params.h"

#include <cstddef>

namespace igneous {

void lower_guide(Op const& op, Lowering& lowering)
{
    Operand const x = lowering.input(0), prediction = lowering.input(1), factors = lowering.input(2),
                  out = lowering.output();
    params::GuideParams p {};
    p.count = static_cast<std::uint32_t>(x.shape.elements());
    p.copies = static_cast<std::uint32_t>(static_cast<GuideOp const&>(op).copies);
    Dispatch d = flat_dispatch(shader_name("sampling/guide", prediction.dtype), p, p.count, lowering.profile());
    d.read(offsetof(params::GuideParams, x), x.location);
    d.read(offsetof(params::GuideParams, prediction), prediction.location);
    d.read(offsetof(params::GuideParams, factors), factors.location);
    d.write(offsetof(params::GuideParams, out_address), out.location);
    d.flops = 6.0 * p.count;
    d.bytes = bytes_of(x) + bytes_of(prediction) + bytes_of(out);
    lowering.dispatch(std::move(d));
}

}
