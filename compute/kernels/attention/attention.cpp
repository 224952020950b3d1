// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/attention/attention.h"

#include "compute/kernels/choice.h"
#include "compute/kernels/grid.h"
#include "compute/kernels/matmul/product.h"
#include "compute/kernels/parts.h"
#include "compute/kernels/tune_table.h"
#include "compute/ops/attention.h"
#include "compute/tensor/error.h"
#include "shaders/attention/attention.params.h"
#include "shaders/include/lanes.params.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <functional>
#include <numeric>
#include <optional>

namespace igneous {

namespace {

struct AttentionKernel {
    std::string shader;
    std::uint32_t subgroup_size = 0;
    bool full_subgroups = false;
    bool packed_keys = false;               // k and v go through attention/pack_keys first
    std::uint32_t parts = 1;                // that keys are split in, where the kernel can
    std::vector<Tile> tiles;                // rows are queries
    std::function<std::vector<std::uint32_t>(Tile const&)> constants;
};

/// In how many parts keys are split, so that workgroups of `tile` queries are enough to keep the device busy: few heads
/// with many keys, as in autoencoders. Follows from one picture's queries, so that bits do not depend on the batch.
std::uint32_t parts_of(DeviceProfile const& profile, params::AttentionParams const& p, std::uint32_t tile = 64)
{
    constexpr std::uint32_t least_keys = 1024, most = 8;
    if (p.causal)
        return 1;
    return parts_to_fill(profile, "attention/attention_join", std::uint64_t { ceil_div(p.queries, tile) } * p.heads,
        std::min(p.keys / least_keys, most));
}

/// One query an invocation: attention/attention_lanes.comp.
AttentionKernel lanes_attention(DeviceProfile const& profile, DType storage, params::AttentionParams const& p)
{
    std::uint32_t const head_size = p.head_size, parts = parts_of(profile, p);
    std::uint32_t const capacity = std::max(16u, std::bit_ceil(head_size));
    auto const fits = [&](std::uint32_t workgroup) {
        return capacity * workgroup * sizeof(float) <= profile.shared_memory_bytes;
    };
    std::uint32_t lanes = profile.subgroup_size;
    while (lanes > 1 && !fits(lanes))
        lanes /= 2;
    require(fits(lanes), "attention: a head of {} channels does not fit this device's {} bytes of shared memory",
        head_size, profile.shared_memory_bytes);
    std::vector<Tile> tiles { { .rows = lanes } };
    for (std::uint32_t const wider : { 2 * lanes, 4 * lanes })
        if (fits(wider) && wider <= profile.max_workgroup_invocations)
            tiles.push_back({ .rows = wider });
    return { .shader = shader_name("attention/attention_lanes", storage),
        .packed_keys = true,
        .parts = parts,
        .tiles = std::move(tiles),
        .constants = [=](Tile const& tile) { return std::vector { tile.rows, capacity, parts }; } };
}

/// Fragments of cooperative matrices: attention/attention_coopmat.comp. Nothing if no tile fits the device. How many
/// threads share a row and how many keys are looked at together decide the order of sums: the same for all tiles.
std::optional<AttentionKernel> coopmat_attention(
    DeviceProfile const& profile, MatrixFragment const& f, params::AttentionParams const& p)
{
    // Wide heads share their queries between four subgroups, so that the sums of one stay in registers.
    std::uint32_t const across = p.head_size > 256 || f.m > profile.subgroup_size ? 4 : 1;
    std::uint32_t const keys = std::max(32u, across * std::lcm(f.n, f.k));
    std::uint32_t const unit = std::lcm(f.k, across * f.n);
    std::uint32_t const units = ceil_div(p.head_size, unit);
    auto const chunks_of = [=](std::uint32_t chunk) { return ceil_div(std::uint64_t { units } * unit, chunk); };
    auto const workgroup_of = [=, &profile](Tile const& t) { return t.down * t.across * profile.subgroup_size; };
    std::vector<Tile> tiles;
    // Channels of keys and values in shared memory at a time: about so many, in equal chunks.
    for (std::uint32_t const wanted : profile.cpu ? std::vector { 32u, 64u } : std::vector { 80u, 48u, 160u }) {
        std::uint32_t const chunk = ceil_div(units, chunks_of(std::max(wanted, unit))) * unit;
        for (std::uint32_t down : { 4u, 2u, 1u, 8u }) {
            Tile const tile { .rows = down * f.m, .depth = chunk, .down = down, .across = across };
            std::uint32_t const queries = tile.rows, workgroup = workgroup_of(tile);
            std::uint32_t const shared =
                2 * (queries * (chunks_of(chunk) * chunk + 8) + keys * (chunk + 8) + queries * (keys + 8))
                + 4 * (queries * (std::max(keys, across * f.n) + 4) + queries * f.n + workgroup);
            bool const slow_to_compile = profile.cpu && across == 1 && down > 2;
            if (!slow_to_compile && workgroup % queries == 0 && workgroup <= profile.max_workgroup_invocations &&
                shared <= profile.shared_memory_bytes)
                tiles.push_back(tile);
        }
    }
    if (tiles.empty())
        return {};
    std::uint32_t const parts = parts_of(profile, p);
    return AttentionKernel { .shader = shader_name("attention/attention_coopmat", DType::f16),
        .subgroup_size = profile.subgroup_size,
        .full_subgroups = true,
        .parts = parts,
        .tiles = std::move(tiles),
        .constants = [=, size = p.head_size, lanes = profile.subgroup_size](Tile const& t) {
            return std::vector<std::uint32_t> { t.down * t.across * lanes, chunks_of(t.depth), t.depth, keys,
                size % 4 == 0, f.m, f.n, f.k, t.down, t.across, parts };
        } };
}

/// k or v in f32, the keys of a channel side by side: attention/pack_keys.comp.
Location pack_keys(Lowering& lowering, Operand const& x, params::AttentionParams const& p)
{
    std::uint64_t const panels = ceil_div(p.keys, params::PACKED_KEYS);
    std::uint64_t const keys = static_cast<std::uint64_t>(x.shape[0]) * p.heads * panels * params::PACKED_KEYS;
    std::uint64_t const key_runs = keys * ceil_div(p.head_size, params::RUN);
    // The kilobytes behind it are read, but never used, by lavapipe: it runs the uniform loads of a loop once more than
    // the loop.
    Location packed = lowering.scratch(keys * p.head_size * sizeof(float) + 4096);
    params::PackKeysParams pack {};
    pack.keys = p.keys;
    pack.heads = p.heads;
    pack.head_size = p.head_size;
    pack.key_runs = static_cast<std::uint32_t>(key_runs);
    std::uint32_t const workgroup = 64;
    Dispatch dispatch = Dispatch::with(shader_name("attention/pack_keys", x.dtype), pack);
    dispatch.constants = { workgroup };
    dispatch.groups = grid_for(ceil_div(key_runs, workgroup), lowering.profile());
    dispatch.bytes = static_cast<double>(x.location.bytes + packed.bytes);
    dispatch.read(offsetof(params::PackKeysParams, x), x.location);
    dispatch.write(offsetof(params::PackKeysParams, y), packed);
    lowering.dispatch(std::move(dispatch));
    return packed;
}

/// y from what the parts of the keys came to: attention/attention_join.comp.
void join_parts(Lowering& lowering, Operand const& y, Location const& parts, Location const& totals,
    params::AttentionParams const& p, std::uint32_t count)
{
    params::AttentionJoinParams join {};
    join.images = static_cast<std::uint32_t>(y.shape[0]);
    join.queries = p.queries;
    join.heads = p.heads;
    join.head_size = p.head_size;
    std::uint32_t const workgroup = 128;
    Dispatch dispatch = Dispatch::with(shader_name("attention/attention_join", y.dtype), join);
    dispatch.constants = { workgroup, count };
    dispatch.groups = grid_for(ceil_div(static_cast<std::uint64_t>(y.shape.elements()), workgroup), lowering.profile());
    dispatch.bytes = static_cast<double>(parts.bytes + totals.bytes + y.location.bytes);
    dispatch.read(offsetof(params::AttentionJoinParams, parts), parts);
    dispatch.read(offsetof(params::AttentionJoinParams, totals), totals);
    dispatch.write(offsetof(params::AttentionJoinParams, y), y.location);
    lowering.dispatch(std::move(dispatch));
}

/// Matrices of the whole workgroup: attention/attention_coopmat2.comp. Nothing if the head does not fit the device's.
std::optional<AttentionKernel> workgroup_attention(
    Lowering const& lowering, DType storage, params::AttentionParams const& p, bool aligned)
{
    std::string const variant = "attention/attention_coopmat2", module = shader_name(variant, DType::f16);
    auto const matrix = choose_workgroup_matrix(lowering, variant, module, storage);
    if (!matrix || p.head_size % 8 || !aligned)
        return {};
    // The head is a depth of q kᵀ and a width of p v; wide heads leave room for fewer queries and keys.
    std::uint32_t const unit = std::lcm(matrix->k, matrix->n);
    std::uint32_t const head = ceil_div(p.head_size, unit) * unit, side = head > 192 ? 32 : 64;
    if (side % matrix->m || side % matrix->n || side % matrix->k || head > lowering.profile().max_workgroup_matrix)
        return {};
    std::uint32_t const parts = parts_of(lowering.profile(), p, side);
    return AttentionKernel { .shader = module,
        .parts = parts,
        .tiles = { { .rows = side } },
        .constants = [=, invocations = matrix->invocations](Tile const& tile) {
            return std::vector { invocations, tile.rows, tile.rows, head, parts };
        } };
}

AttentionKernel choose_attention(
    Lowering const& lowering, DType storage, params::AttentionParams const& p, bool aligned)
{
    DeviceProfile const& profile = lowering.profile();
    if (auto const kernel = workgroup_attention(lowering, storage, p, aligned))
        return *kernel;
    if (auto const fragment = choose_fragment(profile, "attention/attention_coopmat", storage)) {
        if (auto const kernel = coopmat_attention(profile, *fragment, p))
            return *kernel;
    }
    return lanes_attention(profile, storage, p);
}

}

void lower_attention(Op const& any, Lowering& lowering)
{
    auto const& op = static_cast<AttentionOp const&>(any);
    Operand const q = lowering.input(0), k = lowering.input(1), v = lowering.input(2);
    Operand const y = lowering.output();
    require(
        q.dtype == DType::f32 || q.dtype == DType::f16, "attention: q must be f32 or f16 but is {}", name_of(q.dtype));
    require(k.dtype == q.dtype && v.dtype == q.dtype && y.dtype == q.dtype,
        "attention: q, k, v and the result must have one type, got {}, {}, {} and {}", name_of(q.dtype),
        name_of(k.dtype), name_of(v.dtype), name_of(y.dtype));

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
    std::uint64_t const offsets = q.location.offset | k.location.offset | v.location.offset | y.location.offset;
    AttentionKernel const kernel = choose_attention(lowering, q.dtype, p, offsets % 16 == 0);
    TuneClass shapes {
        .kernel = kernel.shader, .columns = p.head_size, .depth = tune_bucket(p.keys), .rows = tune_bucket(p.queries)
    };
    auto const tile =
        std::make_shared<TileChoice const>(choose_tile(lowering.profile(), std::move(shapes), kernel.tiles));
    std::uint32_t const tile_queries = tile->chosen.rows;

    Location const k_read = kernel.packed_keys ? pack_keys(lowering, k, p) : k.location;
    Location const v_read = kernel.packed_keys ? pack_keys(lowering, v, p) : v.location;

    Location written = y.location, totals {};
    if (kernel.parts > 1) {
        std::uint64_t const sums = std::uint64_t { kernel.parts } * static_cast<std::uint64_t>(y.shape.elements());
        written = lowering.scratch(sums * sizeof(float));
        totals = lowering.scratch(sums / p.head_size * 2 * sizeof(float));
    }

    double const flops_per_query = 4.0 * images * static_cast<double>(q.shape[2]) * p.keys;
    std::uint64_t const step = rows_per_dispatch(lowering.profile(), p.queries, tile_queries, flops_per_query);
    for (std::uint64_t base = 0; base < p.queries; base += step) {
        std::uint64_t const queries = std::min<std::uint64_t>(step, p.queries - base);
        p.base_query = static_cast<std::uint32_t>(base);
        Dispatch dispatch = Dispatch::with(kernel.shader, p);
        dispatch.constants = kernel.constants(tile->chosen);
        dispatch.subgroup_size = kernel.subgroup_size;
        dispatch.full_subgroups = kernel.full_subgroups;
        dispatch.tile = tile;
        dispatch.groups = { ceil_div(queries, tile_queries), p.heads, images * kernel.parts };
        dispatch.flops = flops_per_query * static_cast<double>(queries);
        dispatch.bytes = static_cast<double>(k_read.bytes + v_read.bytes)
            + static_cast<double>(q.location.bytes + written.bytes) * static_cast<double>(queries) / p.queries;
        dispatch.read(offsetof(params::AttentionParams, q), q.location);
        dispatch.read(offsetof(params::AttentionParams, k), k_read);
        dispatch.read(offsetof(params::AttentionParams, v), v_read);
        dispatch.write(offsetof(params::AttentionParams, y), written);
        if (kernel.parts > 1)
            dispatch.write(offsetof(params::AttentionParams, totals), totals);
        lowering.dispatch(std::move(dispatch));
    }
    if (kernel.parts > 1)
        join_parts(lowering, y, written, totals, p, kernel.parts);
}

}
