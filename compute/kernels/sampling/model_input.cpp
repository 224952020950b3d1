// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/sampling/sampling.h"

#include "compute/kernels/grid.h"
#include "compute/ops/sampling.h"
#include "shaders/sampling/model_input.params.h"

#include <cstddef>

namespace igneous {

void lower_model_input(Op const& op, Lowering& lowering)
{
    Operand const x = lowering.input(0), factors = lowering.input(1), out = lowering.output();
    params::ModelInputParams p {};
    p.count = static_cast<std::uint32_t>(x.shape.elements());
    p.copies = static_cast<std::uint32_t>(static_cast<ModelInputOp const&>(op).copies);
    Dispatch d = flat_dispatch(shader_name("sampling/model_input", out.dtype), p, p.count, lowering.profile());
    d.read(offsetof(params::ModelInputParams, x), x.location);
    d.read(offsetof(params::ModelInputParams, factors), factors.location);
    d.write(offsetof(params::ModelInputParams, out_address), out.location);
    d.flops = static_cast<double>(p.count);
    d.bytes = bytes_of(x) + bytes_of(out);
    lowering.dispatch(std::move(d));
}

}
