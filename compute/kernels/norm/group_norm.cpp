// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/norm/norm.h"

#include "compute/kernels/grid.h"
#include "compute/ops/norm.h"
#include "shaders/norm/group_norm.params.h"

#include <algorithm>
#include <cassert>
#include <cstddef>

namespace igneous {

namespace {

// Workgroups of the last pass join up to this many partials a group themselves; more are joined by a pass of their own.
constexpr std::uint32_t partials_joined_in_place = 32;

std::uint32_t whole(std::int64_t n) { return static_cast<std::uint32_t>(n); }

/// How x is cut: tiles of whole groups as wide as a workgroup can take, chunks of rows.
struct Cut {
    std::uint32_t workgroup, vector;
    std::uint32_t groups_per_tile = 1, tiles_per_group = 1;
    std::uint32_t tiles = 1;            // along the channels
    std::uint32_t lanes = 1;            // rows a full tile takes at a time

    Cut(params::GroupNormParams const& p, DeviceProfile const& profile)
        : workgroup(std::min(profile.cpu ? 64u : 256u, profile.max_workgroup_invocations))
        , vector(vector_width(p.channels, p.x_channels))
    {
        std::uint32_t wide = workgroup * vector;
        if (p.group_channels > wide && p.group_channels % 4 != 0)
            wide = workgroup * (vector = 1);
        if (p.group_channels > wide) {
            tiles_per_group = ceil_div(p.group_channels, wide);
            tiles = p.groups * tiles_per_group;
            return;
        }
        // Vectors may straddle groups inside a tile but never its edge.
        std::uint32_t step = 1;
        while (step * p.group_channels % vector != 0)
            step *= 2;
        if (step > p.groups || step * p.group_channels > wide || p.groups % step != 0) {
            vector = 1;
            wide = workgroup;
            step = 1;
            if (p.group_channels > wide) {
                tiles_per_group = ceil_div(p.group_channels, wide);
                tiles = p.groups * tiles_per_group;
                return;
            }
        }
        groups_per_tile = std::min(wide / p.group_channels / step * step, p.groups);
        tiles = ceil_div(p.groups, groups_per_tile);
        lanes = std::max(workgroup * vector / (groups_per_tile * p.group_channels), 1u);
    }
};

}

void lower_group_norm(Op const& op, Lowering& lowering)
{
    auto const& norm = static_cast<GroupNormOp const&>(op);
    DeviceProfile const& profile = lowering.profile();
    std::size_t input = 0;
    Operand const x = lowering.input(input++);
    Operand const x2 = norm.concat ? lowering.input(input++) : Operand {};
    Operand const scale = lowering.input(input++), shift = lowering.input(input++);
    Operand const out = lowering.output();
    assert((!norm.concat || x.dtype == x2.dtype) && "group_norm: x and x2 have one type");

    params::GroupNormParams p {};
    std::uint32_t const images = whole(out.shape[0]);
    p.channels = whole(out.shape.channels());
    p.x_channels = whole(x.shape.channels());
    p.rows = whole(out.shape.elements() / (out.shape[0] * out.shape.channels()));
    p.groups = static_cast<std::uint32_t>(norm.groups);
    p.group_channels = p.channels / p.groups;
    p.eps = norm.eps;
    Cut const cut(p, profile);
    p.groups_per_tile = cut.groups_per_tile;
    p.tiles_per_group = cut.tiles_per_group;

    // Rows of an invocation: few on a GPU, for many workgroups; many on a CPU, where starting one costs more.
    constexpr std::uint32_t most_chunks = 512;
    std::uint32_t const rows_each = profile.cpu ? 64 : 16;
    p.chunk_rows = std::max(rows_each * cut.lanes, ceil_div(p.rows, most_chunks));
    std::uint32_t const chunks = ceil_div(p.rows, p.chunk_rows);
    p.partial_count = chunks * cut.tiles_per_group;
    std::uint64_t const partial_bytes = 12ull * images * p.groups;
    Location partials = lowering.scratch(partial_bytes * p.partial_count);
    double const in_bytes = bytes_of(x) + (norm.concat ? bytes_of(x2) : 0);

    Dispatch statistics = Dispatch::with(shader_name("norm/group_norm_statistics", x.dtype), p);
    statistics.constants = { cut.workgroup, cut.vector };
    statistics.groups = { chunks, cut.tiles, images };
    statistics.read(offsetof(params::GroupNormParams, x), x.location);
    statistics.read(offsetof(params::GroupNormParams, x2), x2.location);
    statistics.write(offsetof(params::GroupNormParams, partials), partials);
    statistics.flops = 5.0 * static_cast<double>(out.shape.elements());
    statistics.bytes = in_bytes;
    lowering.dispatch(std::move(statistics));

    if (p.partial_count > partials_joined_in_place) {
        Location const combined = lowering.scratch(partial_bytes);
        params::GroupNormCombineParams c {};
        c.partial_count = p.partial_count;
        Dispatch combine = Dispatch::with("norm/group_norm_combine", c);
        combine.constants = { profile.cpu ? profile.subgroup_size : 64 };
        combine.groups = { images * p.groups, 1, 1 };
        combine.read(offsetof(params::GroupNormCombineParams, partials), partials);
        combine.write(offsetof(params::GroupNormCombineParams, combined), combined);
        combine.bytes = static_cast<double>(partial_bytes) * p.partial_count;
        lowering.dispatch(std::move(combine));
        partials = combined;
        p.partial_count = 1;
    }

    p.chunk_rows = std::max(rows_each / 2 * cut.lanes, ceil_div(p.rows, profile.max_workgroup_count[0]));
    Dispatch apply = Dispatch::with(shader_name("norm/group_norm", x.dtype, out.dtype), p);
    apply.constants = { cut.workgroup, cut.vector, static_cast<std::uint32_t>(norm.activation) };
    apply.groups = { ceil_div(p.rows, p.chunk_rows), cut.tiles, images };
    apply.read(offsetof(params::GroupNormParams, x), x.location);
    apply.read(offsetof(params::GroupNormParams, x2), x2.location);
    apply.read(offsetof(params::GroupNormParams, scale), scale.location);
    apply.read(offsetof(params::GroupNormParams, shift), shift.location);
    apply.read(offsetof(params::GroupNormParams, partials), partials);
    apply.write(offsetof(params::GroupNormParams, out_address), out.location);
    apply.flops = 4.0 * static_cast<double>(out.shape.elements());
    apply.bytes = in_bytes + bytes_of(out);
    lowering.dispatch(std::move(apply));
}

}
