// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/attention/attention.h"

#include "compute/kernels/grid.h"
#include "compute/kernels/matmul/product.h"
#include "compute/ops/attention.h"
#include "compute/tensor/error.h"
#include "shaders/attention/attention.params.h"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace igneous {

namespace {

struct AttentionKernel {
    std::string shader;
    std::vector<std::uint32_t> constants;
    std::uint32_t subgroup_size = 0;
    bool full_subgroups = false;
    std::uint32_t tile_queries = 8;
};

/// One query an invocation: attention/attention_lanes.comp.
AttentionKernel lanes_attention(DeviceProfile const& profile, DType storage, std::uint32_t head_size)
{
    std::uint32_t const capacity = std::max(16u, std::bit_ceil(head_size));
    std::uint32_t lanes = profile.subgroup_size;
    while (lanes > 1 && capacity * lanes * sizeof(float) > profile.shared_memory_bytes)
        lanes /= 2;
    require(capacity * lanes * sizeof(float) <= profile.shared_memory_bytes,
        "attention: a head of {} channels does not fit this device's {} bytes of shared memory", head_size,
        profile.shared_memory_bytes);
    return { shader_name("attention/attention_lanes", storage), { lanes, capacity }, 0, false, lanes };
}

}

void lower_attention(Op const& any, Lowering& lowering)
{
    auto const& op = static_cast<AttentionOp const&>(any);
    Operand const q = lowering.input(0), k = lowering.input(1), v = lowering.input(2);
    Operand const y = lowering.output();
    require(q.dtype == DType::f32 || q.dtype == DType::f16, "attention: q must be f32 or f16 but is {}", name_of(q.dtype));
    require(k.dtype == q.dtype && v.dtype == q.dtype && y.dtype == q.dtype,
        "attention: q, k, v and the result must have one type, got {}, {}, {} and {}", name_of(q.dtype), name_of(k.dtype),
        name_of(v.dtype), name_of(y.dtype));

    auto const u32 = [](std::int64_t n) { return static_cast<std::uint32_t>(n); };
    std::uint32_t const images = u32(q.shape[0]);
    params::AttentionParams p {};
    p.queries = u32(q.shape[1]);
    p.keys = u32(k.shape[1]);
    p.heads = static_cast<std::uint32_t>(op.heads);
    p.head_size = u32(q.shape[2]) / p.heads;
    p.scale = op.scale;
    p.causal = op.causal;
    p.shared_keys = k.shape[0] == 1 && images > 1;
    AttentionKernel const kernel = lanes_attention(lowering.profile(), q.dtype, p.head_size);

    double const flops_per_query = 4.0 * images * static_cast<double>(q.shape[2]) * p.keys;
    std::uint64_t const step = rows_per_dispatch(lowering.profile(), p.queries, kernel.tile_queries, flops_per_query);
    for (std::uint64_t base = 0; base < p.queries; base += step) {
        std::uint64_t const queries = std::min<std::uint64_t>(step, p.queries - base);
        p.base_query = static_cast<std::uint32_t>(base);
        Dispatch dispatch = Dispatch::with(kernel.shader, p);
        dispatch.constants = kernel.constants;
        dispatch.subgroup_size = kernel.subgroup_size;
        dispatch.full_subgroups = kernel.full_subgroups;
        dispatch.groups = { ceil_div(queries, kernel.tile_queries), p.heads, images };
        dispatch.flops = flops_per_query * static_cast<double>(queries);
        dispatch.bytes = static_cast<double>(k.location.bytes + v.location.bytes)
            + static_cast<double>(q.location.bytes + y.location.bytes) * static_cast<double>(queries) / p.queries;
        dispatch.read(offsetof(params::AttentionParams, q), q.location);
        dispatch.read(offsetof(params::AttentionParams, k), k.location);
        dispatch.read(offsetof(params::AttentionParams, v), v.location);
        dispatch.write(offsetof(params::AttentionParams, y), y.location);
        lowering.dispatch(std::move(dispatch));
    }
}

}
