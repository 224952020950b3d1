// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/choice.h"
#include "compute/kernels/grid.h"
#include "compute/kernels/norm/norm.h"
#include "compute/ops/norm.h"
#include "shaders/conv/boxes.params.h"
#include "shaders/norm/group_norm.params.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>

namespace igneous {

namespace {

std::uint32_t whole(std::int64_t n) { return static_cast<std::uint32_t>(n); }
std::uint32_t across(std::int64_t width) { return ceil_div(whole(width), params::BOX_WIDTH); }
std::uint32_t down(std::int64_t height) { return ceil_div(whole(height), params::BOX_LINES); }
std::uint32_t lines_of_run(std::int64_t height) { return ceil_div(down(height), 8); }      // 8 runs at most

}

bool group_norm_in_boxes(Shape const& x, std::int64_t x2_channels, int groups, DeviceProfile const& profile)
{
    return !profile.cpu && !takes_workgroup_matrices(profile) && x.rank() == 4
        && !profile.disabled.contains("norm/box_statistics") && !profile.disabled.contains("norm/box_join")
        && group_norm_chunks(x[1] * x[2], x.channels(), x2_channels, groups, profile).joined;
}

Shape box_statistics_shape(Shape const& x)
{
    return { x[0], std::int64_t { across(x[2]) } * down(x[1]), 2, x.channels() };
}

void dispatch_box_statistics(Lowering& lowering, Operand const& x, Location statistics)
{
    params::BoxStatisticsParams p {};
    p.height = whole(x.shape[1]);
    p.width = whole(x.shape[2]);
    p.channels = whole(x.shape.channels());
    std::uint32_t const workgroup = std::min(256u, lowering.profile().max_workgroup_invocations);
    Dispatch d = Dispatch::with(shader_name("norm/box_statistics", x.dtype), p);
    d.constants = { workgroup };
    d.groups = { across(x.shape[2]), down(x.shape[1]),
        whole(x.shape[0]) * ceil_div(p.channels, workgroup / params::BOX_LINES) };
    d.read(offsetof(params::BoxStatisticsParams, x), x.location);
    d.write(offsetof(params::BoxStatisticsParams, statistics), statistics);
    d.flops = 5.0 * static_cast<double>(x.shape.elements());
    d.bytes = bytes_of(x) + static_cast<double>(statistics.bytes);
    lowering.dispatch(std::move(d));
}

std::int64_t box_runs(std::int64_t height) { return ceil_div(down(height), lines_of_run(height)); }

void dispatch_box_join(Lowering& lowering, std::span<Operand const> statistics, std::int64_t height, std::int64_t width,
    Operand const& partials)
{
    Operand const x2 = statistics.size() > 1 ? statistics[1] : Operand {};
    params::BoxJoinParams p {};
    p.height = whole(height);
    p.width = whole(width);
    p.channels = whole(statistics[0].shape.channels());
    p.channels2 = x2.location ? whole(x2.shape.channels()) : 0;
    p.group_channels = (p.channels + p.channels2) / whole(partials.shape[1]);
    p.run_lines = lines_of_run(height);
    p.partial_count = whole(partials.shape[2]);
    std::uint32_t const each = across(width) * p.run_lines * p.group_channels / 8;
    Dispatch d = Dispatch::with("norm/box_join", p);
    d.constants = { std::clamp(
        std::bit_ceil(each), 64u, std::min(1024u, std::bit_floor(lowering.profile().max_workgroup_invocations))) };
    d.groups = { whole(partials.shape[1]), whole(partials.shape[0]), p.partial_count };
    d.read(offsetof(params::BoxJoinParams, statistics), statistics[0].location);
    d.read(offsetof(params::BoxJoinParams, statistics2), x2.location);
    d.write(offsetof(params::BoxJoinParams, partials), partials.location);
    d.bytes = bytes_of(statistics[0]) + (x2.location ? bytes_of(x2) : 0);
    lowering.dispatch(std::move(d));
}

void lower_box_statistics(Op const& op, Lowering& lowering)
{
    auto const& part = static_cast<BoxStatisticsOp const&>(op);
    assert(part.first_row % params::BOX_LINES == 0 && "box_statistics: rows begin within a box");
    Operand const x = lowering.input(0);
    Location statistics = lowering.output().location;
    std::uint64_t const before = std::uint64_t { down(part.first_row) } * across(x.shape[2]) * 2
        * static_cast<std::uint64_t>(x.shape.channels()) * sizeof(float);
    statistics.offset += before;
    statistics.bytes = static_cast<std::uint64_t>(box_statistics_shape(x.shape).elements()) * sizeof(float);
    dispatch_box_statistics(lowering, x, statistics);
}

void lower_box_join(Op const& op, Lowering& lowering)
{
    auto const& join = static_cast<BoxJoinOp const&>(op);
    std::vector<Operand> statistics;
    for (std::size_t i = 0; i < lowering.input_count(); ++i)
        statistics.push_back(lowering.input(i));
    dispatch_box_join(lowering, statistics, join.height, join.width, lowering.output());
}

}
