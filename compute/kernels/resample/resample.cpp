// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/resample/resample.h"

#include "compute/kernels/grid.h"
#include "compute/ops/resample.h"
#include "shaders/resample/resample.params.h"

#include <cstddef>

namespace igneous {

namespace {

void lower(std::string_view kernel, Lowering& lowering, std::initializer_list<std::uint32_t> choices)
{
    Operand const x = lowering.input(0), out = lowering.output();
    std::uint32_t const vector = vector_width(x.shape[3]);
    params::ResampleParams p {};
    p.count = static_cast<std::uint32_t>(out.shape.elements() / vector);
    p.channels = static_cast<std::uint32_t>(x.shape[3] / vector);
    p.height = static_cast<std::uint32_t>(x.shape[1]);
    p.width = static_cast<std::uint32_t>(x.shape[2]);
    p.out_height = static_cast<std::uint32_t>(out.shape[1]);
    p.out_width = static_cast<std::uint32_t>(out.shape[2]);
    Dispatch d = flat_dispatch(shader_name(kernel, x.dtype), p, p.count, lowering.profile(), { vector });
    d.constants.insert(d.constants.end(), choices);
    d.read(offsetof(params::ResampleParams, x), x.location);
    d.write(offsetof(params::ResampleParams, out_address), out.location);
    d.flops = 8.0 * static_cast<double>(out.shape.elements());
    d.bytes = bytes_of(x) + bytes_of(out);
    lowering.dispatch(std::move(d));
}

}

void lower_resample(Op const& op, Lowering& lowering)
{
    lower("resample/resample", lowering, { static_cast<ResampleOp const&>(op).filter == Filter::bilinear });
}

void lower_average_pool(Op const&, Lowering& lowering) { lower("resample/average_pool", lowering, {}); }

}
