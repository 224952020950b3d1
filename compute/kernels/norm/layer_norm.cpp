// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/norm/norm.h"

#include "compute/kernels/grid.h"
#include "compute/ops/norm.h"
#include "shaders/norm/layer_norm.params.h"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace igneous {

void lower_layer_norm(Op const& op, Lowering& lowering)
{
    Operand const x = lowering.input(0), scale = lowering.input(1), shift = lowering.input(2), out = lowering.output();
    DeviceProfile const& profile = lowering.profile();
    params::LayerNormParams p {};
    p.rows = static_cast<std::uint32_t>(x.shape.rows());
    p.channels = static_cast<std::uint32_t>(x.shape.channels());
    p.eps = static_cast<LayerNormOp const&>(op).eps;
    std::uint32_t const vector = vector_width(p.channels);
    // A CPU's subgroup does a row without barriers; a GPU wants about two vectors an invocation.
    std::uint32_t const wanted = std::bit_ceil(ceil_div(p.channels, 2 * vector));
    std::uint32_t const workgroup
        = profile.cpu ? profile.subgroup_size
                      : std::clamp(wanted, profile.subgroup_size, std::min(256u, profile.max_workgroup_invocations));
    Dispatch d = Dispatch::with(shader_name("norm/layer_norm", x.dtype, out.dtype), p);
    d.constants = { workgroup, vector };
    d.groups = grid_for(p.rows, profile);
    d.read(offsetof(params::LayerNormParams, x), x.location);
    d.read(offsetof(params::LayerNormParams, scale), scale.location);
    d.read(offsetof(params::LayerNormParams, shift), shift.location);
    d.write(offsetof(params::LayerNormParams, out_address), out.location);
    d.flops = 8.0 * static_cast<double>(x.shape.elements());
    d.bytes = bytes_of(x) + bytes_of(out);
    lowering.dispatch(std::move(d));
}

}
