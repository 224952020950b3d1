// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/elementwise/elementwise.h"

#include "compute/kernels/grid.h"
#include "compute/ops/elementwise.h"
#include "shaders/elementwise/geglu.params.h"

#include <cstddef>

namespace igneous {

void lower_geglu(Op const&, Lowering& lowering)
{
    Operand const x = lowering.input(0), out = lowering.output();
    std::uint32_t const vector = vector_width(out.shape.channels());
    params::GegluParams p {};
    p.count = static_cast<std::uint32_t>(out.shape.elements() / vector);
    p.channels = static_cast<std::uint32_t>(out.shape.channels() / vector);
    Dispatch d = flat_dispatch(shader_name("elementwise/geglu", x.dtype), p, p.count, lowering.profile(), { vector });
    d.read(offsetof(params::GegluParams, x), x.location);
    d.write(offsetof(params::GegluParams, out_address), out.location);
    d.flops = 40.0 * static_cast<double>(out.shape.elements());
    d.bytes = bytes_of(x) + bytes_of(out);
    lowering.dispatch(std::move(d));
}

}
