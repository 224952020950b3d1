// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/elementwise/elementwise.h"

#include "compute/kernels/grid.h"
#include "compute/ops/elementwise.h"
#include "shaders/elementwise/unary.params.h"

#include <cstddef>

namespace igneous {

void lower_unary(Op const& op, Lowering& lowering)
{
    auto const& unary = static_cast<UnaryOp const&>(op);
    Operand const x = lowering.input(0), out = lowering.output();
    params::UnaryParams p {};
    p.count = static_cast<std::uint32_t>(out.shape.elements());
    p.multiply = unary.multiply;
    p.offset = unary.offset;
    Dispatch d = flat_dispatch(shader_name("elementwise/unary", x.dtype, out.dtype), p, ceil_div(p.count, 4),
        lowering.profile(), { static_cast<std::uint32_t>(unary.activation) });
    d.read(offsetof(params::UnaryParams, x), x.location);
    d.write(offsetof(params::UnaryParams, out_address), out.location);
    d.flops = 2.0 * p.count;
    d.bytes = bytes_of(x) + bytes_of(out);
    lowering.dispatch(std::move(d));
}

}
