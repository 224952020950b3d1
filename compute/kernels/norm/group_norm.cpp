// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/norm/norm.h"

#include "compute/kernels/grid.h"
#include "compute/ops/norm.h"
#include "shaders/norm/group_norm.params.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <vector>

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

// Rows of an invocation: few on a GPU, for many workgroups; many on a CPU, where starting one costs more.
std::uint32_t rows_each(DeviceProfile const& profile) { return profile.cpu ? 64 : 16; }

/// x, and x2 behind it where there is one, as the shaders take them.
struct Source {
    Operand x, x2;

    static Source of(Lowering& lowering, bool concat)
    {
        Source source { lowering.input(0), concat ? lowering.input(1) : Operand {} };
        assert((!concat || source.x.dtype == source.x2.dtype) && "group_norm: x and x2 have one type");
        return source;
    }
    std::size_t count() const { return x2.location ? 2 : 1; }
    double bytes() const { return bytes_of(x) + (x2.location ? bytes_of(x2) : 0); }
    double elements() const
    {
        return static_cast<double>(x.shape.elements() + (x2.location ? x2.shape.elements() : 0));
    }
    std::uint32_t channels() const { return whole(x.shape.channels() + (x2.location ? x2.shape.channels() : 0)); }
    params::GroupNormParams params(int groups) const
    {
        params::GroupNormParams p {};
        p.channels = channels();
        p.x_channels = whole(x.shape.channels());
        p.rows = whole(x.shape.elements() / (x.shape[0] * x.shape.channels()));
        p.groups = static_cast<std::uint32_t>(groups);
        p.group_channels = p.channels / p.groups;
        return p;
    }
};

/// Fills in what depends on the cut and gives it.
Cut cut_of(params::GroupNormParams& p, DeviceProfile const& profile)
{
    Cut const cut(p, profile);
    p.groups_per_tile = cut.groups_per_tile;
    p.tiles_per_group = cut.tiles_per_group;
    return cut;
}

GroupNormChunks chunks_of(Cut const& cut, std::uint32_t pixels, DeviceProfile const& profile)
{
    constexpr std::uint32_t most_chunks = 512;
    GroupNormChunks chunks { .pixels = std::max(rows_each(profile) * cut.lanes, ceil_div(pixels, most_chunks)) };
    chunks.count = ceil_div(pixels, chunks.pixels);
    chunks.partials = chunks.count * cut.tiles_per_group;
    chunks.joined = chunks.partials > partials_joined_in_place;
    return chunks;
}

/// Statistics of all of `source`.
void dispatch_statistics(Lowering& lowering, Source const& source, params::GroupNormParams p, Cut const& cut,
    GroupNormChunks const& chunks, Location partials)
{
    p.chunk_rows = chunks.pixels;
    p.partial_count = chunks.partials;
    Dispatch d = Dispatch::with(shader_name("norm/group_norm_statistics", source.x.dtype), p);
    d.constants = { cut.workgroup, cut.vector };
    d.groups = { ceil_div(p.rows, p.chunk_rows), cut.tiles, whole(source.x.shape[0]) };
    d.read(offsetof(params::GroupNormParams, x), source.x.location);
    d.read(offsetof(params::GroupNormParams, x2), source.x2.location);
    d.write(offsetof(params::GroupNormParams, partials), partials);
    d.flops = 5.0 * source.elements();
    d.bytes = source.bytes();
    lowering.dispatch(std::move(d));
}

/// `groups`: of all images together.
void dispatch_join(Lowering& lowering, std::uint32_t groups, std::uint32_t count, Location partials, Location combined)
{
    params::GroupNormCombineParams c {};
    c.partial_count = count;
    Dispatch d = Dispatch::with("norm/group_norm_combine", c);
    d.constants = { lowering.profile().cpu ? lowering.profile().subgroup_size : 64 };
    d.groups = { groups, 1, 1 };
    d.read(offsetof(params::GroupNormCombineParams, partials), partials);
    d.write(offsetof(params::GroupNormCombineParams, combined), combined);
    d.bytes = static_cast<double>(partials.bytes);
    lowering.dispatch(std::move(d));
}

void dispatch_apply(
    Lowering& lowering, GroupNormOp const& norm, Source const& source, std::uint32_t partial_count, Location partials)
{
    DeviceProfile const& profile = lowering.profile();
    Operand const scale = lowering.input(source.count()), shift = lowering.input(source.count() + 1);
    Operand const out = lowering.output();
    params::GroupNormParams p = source.params(norm.groups);
    Cut const cut = cut_of(p, profile);
    p.eps = norm.eps;
    p.partial_count = partial_count;
    p.chunk_rows = std::max(rows_each(profile) / 2 * cut.lanes, ceil_div(p.rows, profile.max_workgroup_count[0]));
    Dispatch d = Dispatch::with(shader_name("norm/group_norm", source.x.dtype, out.dtype), p);
    d.constants = { cut.workgroup, cut.vector, static_cast<std::uint32_t>(norm.activation) };
    d.groups = { ceil_div(p.rows, p.chunk_rows), cut.tiles, whole(out.shape[0]) };
    d.read(offsetof(params::GroupNormParams, x), source.x.location);
    d.read(offsetof(params::GroupNormParams, x2), source.x2.location);
    d.read(offsetof(params::GroupNormParams, scale), scale.location);
    d.read(offsetof(params::GroupNormParams, shift), shift.location);
    d.read(offsetof(params::GroupNormParams, partials), partials);
    d.write(offsetof(params::GroupNormParams, out_address), out.location);
    d.flops = 4.0 * source.elements();
    d.bytes = source.bytes() + bytes_of(out);
    lowering.dispatch(std::move(d));
}

constexpr std::uint64_t partial_bytes = 12; // count, mean, squares

struct Partials {
    Location location;
    std::uint32_t count = 0; // of a group
};

/// Those in boxes, joined.
Partials statistics_in_boxes(Lowering& lowering, GroupNormOp const& norm, Source const& source)
{
    std::vector<Operand> statistics;
    for (std::size_t i = 0; i < source.count(); ++i) {
        Operand const& x = i ? source.x2 : source.x;
        if (norm.statistics) {
            statistics.push_back(lowering.input(source.count() + 2 + i));
            continue;
        }
        Shape const shape = box_statistics_shape(x.shape);
        Location const made = lowering.scratch(static_cast<std::uint64_t>(shape.elements()) * sizeof(float));
        dispatch_box_statistics(lowering, x, made);
        statistics.push_back({ made, DType::f32, shape });
    }
    std::int64_t const runs = box_runs(source.x.shape[1]);
    Shape const shape { source.x.shape[0], norm.groups, runs, 3 };
    Location const partials = lowering.scratch(static_cast<std::uint64_t>(shape.elements()) * sizeof(float));
    dispatch_box_join(lowering, statistics, source.x.shape[1], source.x.shape[2], { partials, DType::f32, shape });
    return { partials, whole(runs) };
}

/// Statistics of all of `source`, few enough for the pass that uses them.
Partials whole_statistics(Lowering& lowering, GroupNormOp const& norm, Source const& source)
{
    std::int64_t const more = source.x2.location ? source.x2.shape.channels() : 0;
    if (group_norm_in_boxes(source.x.shape, more, norm.groups, lowering.profile()))
        return statistics_in_boxes(lowering, norm, source);
    params::GroupNormParams p = source.params(norm.groups);
    Cut const cut = cut_of(p, lowering.profile());
    GroupNormChunks const chunks = chunks_of(cut, p.rows, lowering.profile());
    std::uint32_t const groups = whole(source.x.shape[0]) * p.groups;
    Location const partials = lowering.scratch(partial_bytes * groups * chunks.partials);
    dispatch_statistics(lowering, source, p, cut, chunks, partials);
    if (!chunks.joined)
        return { partials, chunks.partials };
    Location const combined = lowering.scratch(partial_bytes * groups);
    dispatch_join(lowering, groups, chunks.partials, partials, combined);
    return { combined, 1 };
}

}

GroupNormChunks group_norm_chunks(
    std::int64_t pixels, std::int64_t x_channels, std::int64_t x2_channels, int groups, DeviceProfile const& profile)
{
    params::GroupNormParams p {};
    p.channels = whole(x_channels + x2_channels);
    p.x_channels = whole(x_channels);
    p.groups = static_cast<std::uint32_t>(groups);
    p.group_channels = p.channels / p.groups;
    return chunks_of(Cut(p, profile), whole(pixels), profile);
}

void lower_group_norm(Op const& op, Lowering& lowering)
{
    auto const& norm = static_cast<GroupNormOp const&>(op);
    Source const source = Source::of(lowering, norm.concat);
    Partials const partials = whole_statistics(lowering, norm, source);
    dispatch_apply(lowering, norm, source, partials.count, partials.location);
}

void lower_group_norm_table(Op const& op, Lowering& lowering)
{
    auto const& norm = static_cast<GroupNormTableOp const&>(op);
    Source const source = Source::of(lowering, norm.concat);
    Partials const partials = whole_statistics(lowering, norm, source);
    Operand const table = lowering.output();
    params::GroupNormTableParams p {};
    p.group_channels = source.channels() / static_cast<std::uint32_t>(norm.groups);
    p.partial_count = partials.count;
    p.eps = norm.eps;
    Dispatch d = Dispatch::with("norm/group_norm_table", p);
    d.constants = { 32 };
    d.groups = { static_cast<std::uint32_t>(norm.groups), whole(source.x.shape[0]), 1 };
    d.read(offsetof(params::GroupNormTableParams, scale), lowering.input(source.count()).location);
    d.read(offsetof(params::GroupNormTableParams, shift), lowering.input(source.count() + 1).location);
    d.read(offsetof(params::GroupNormTableParams, partials), partials.location);
    d.write(offsetof(params::GroupNormTableParams, table), table.location);
    d.bytes = bytes_of(table);
    lowering.dispatch(std::move(d));
}

void lower_group_norm_statistics(Op const& op, Lowering& lowering)
{
    auto const& part = static_cast<GroupNormStatisticsOp const&>(op);
    Source source = Source::of(lowering, part.concat);
    params::GroupNormParams p = source.params(part.groups);
    Cut const cut = cut_of(p, lowering.profile());
    GroupNormChunks const chunks = chunks_of(cut, whole(part.pixels), lowering.profile());
    std::int64_t const first = part.first_chunk * chunks.pixels;
    std::int64_t const skipped = first - part.first_pixel;
    std::int64_t const pixels = std::min(part.chunks * std::int64_t(chunks.pixels), part.pixels - first);
    assert(skipped >= 0 && skipped + pixels <= p.rows && "group_norm_statistics: the rows do not hold the chunks");
    p.rows = whole(pixels);
    for (Operand* const x : { &source.x, &source.x2 })
        if (x->location) {
            auto const stride = static_cast<std::uint64_t>(x->shape.channels()) * size_of(x->dtype);
            x->location.offset += static_cast<std::uint64_t>(skipped) * stride;
            x->location.bytes = static_cast<std::uint64_t>(pixels) * stride;
        }
    Location partials = lowering.output().location;
    std::uint64_t const before = partial_bytes * static_cast<std::uint64_t>(part.first_chunk) * cut.tiles_per_group;
    partials.offset += before;
    partials.bytes -= before;
    dispatch_statistics(lowering, source, p, cut, chunks, partials);
}

void lower_group_norm_join(Op const&, Lowering& lowering)
{
    Operand const partials = lowering.input(0);
    dispatch_join(
        lowering, whole(partials.shape[1]), whole(partials.shape[2]), partials.location, lowering.output().location);
}

void lower_group_norm_apply(Op const& op, Lowering& lowering)
{
    auto const& norm = static_cast<GroupNormApplyOp const&>(op);
    Source const source = Source::of(lowering, norm.concat);
    Operand const partials = lowering.input(source.count() + 2);
    dispatch_apply(lowering, norm, source, whole(partials.shape[2]), partials.location);
}
}
