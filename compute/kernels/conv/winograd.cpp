// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/conv/winograd.h"

#include "compute/kernels/choice.h"
#include "shaders/conv/winograd.params.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace igneous {

namespace {

constexpr std::uint64_t pieces = 16;
/// Below, making the matrices costs more than the products save (lavapipe).
constexpr std::int64_t least_channels = 64;
/// Of one picture, never of a batch, as the results differ in their last bits from the other kernel's. What is saved
/// grows with the tiles, what the weights take more does not.
constexpr std::int64_t least_tiles = 64;

/// For both matrices of a band of tiles: little beside what the layer holds anyway, and not so little that its weights
/// are read for a few tiles at a time.
std::uint64_t band_bytes(ConvOperands const& o, std::uint64_t weight_bytes)
{
    constexpr std::uint64_t mebi = 1 << 20, cache = 16 * mebi;
    std::uint64_t const pictures = o.x.location.bytes + o.x2.location.bytes + o.y.location.bytes;
    return std::max({ mebi, weight_bytes / 4, std::min(pictures / 2, cache) });
}

Shape transformed(Shape const& weight) { return { weight[0], weight[1], 4, 4 }; }

}

bool runs_by_winograd(Conv2dOp const& op, ConvOperands const& operands, Lowering const& lowering)
{
    Shape const& weight = lowering.shape_of(operands.weight);
    DType const storage = operands.x.dtype;
    std::int64_t const height = op.whole_height ? op.whole_height : operands.y.shape[1];
    std::int64_t const tiles = (height + 1) / 2 * ((operands.y.shape[2] + 1) / 2);
    bool const vectors = operands.x.shape.channels() % 4 == 0 && weight[1] % 4 == 0 && weight[0] % 4 == 0;
    return lowering.profile().cpu && storage == DType::f16 && has_nine_taps(op.conv, weight) && vectors
        && std::min(weight[0], weight[1]) >= least_channels && tiles >= least_tiles
        && !lowering.is_adapted(operands.weight)
        && !choose_fragment(lowering.profile(), "conv/conv2d_coopmat", storage) && lowering.enabled("conv/winograd_input")
        && lowering.enabled("conv/winograd_product_lanes") && lowering.enabled("conv/winograd_output");
}

void lower_winograd(Conv2dOp const& op, ConvOperands const& o, Lowering& lowering)
{
    using namespace params;
    auto const u64 = [](std::int64_t n) { return static_cast<std::uint64_t>(n); };
    auto const u32 = [](std::uint64_t n) { return static_cast<std::uint32_t>(n); };
    DeviceProfile const& profile = lowering.profile();
    Shape const& weights = lowering.shape_of(o.weight);
    std::uint64_t const channels = u64(weights[1]), columns = u64(weights[0]);
    std::uint32_t const odd = u32(u64(op.first_row % 2));
    std::uint32_t const down = ceil_div(u64(o.y.shape[1]) + odd, 2), across = ceil_div(u64(o.y.shape[2]), 2);
    std::uint64_t const tiles = u64(o.y.shape[0]) * down * across;
    std::uint64_t const lanes = profile.subgroup_size, tile_bytes = pieces * sizeof(float) * (channels + columns);
    std::uint64_t const fit = band_bytes(o, pieces * sizeof(float) * channels * columns) / tile_bytes / lanes * lanes;
    double const tile_flops = 2.0 * pieces * static_cast<double>(channels * columns);
    std::uint64_t const step = std::min(
        std::max(fit, lanes), rows_per_dispatch(profile, tiles, static_cast<std::uint32_t>(lanes), tile_flops));

    ProductShape shape { .rows = std::min(step, tiles), .columns = columns, .depth = channels, .storage = DType::f32 };
    ProductKernel kernel = choose_product(lowering, "conv/winograd_product", shape);
    kernel.tile = nullptr;                     // not tuned
    Packing packing = kernel.panels.packing();
    packing.name = "winograd";
    Operand const weight = lowering.weight(o.weight, packing);
    Location const seen = lowering.scratch(pieces * shape.rows * channels * sizeof(float));
    Location const made = lowering.scratch(pieces * shape.rows * columns * sizeof(float));

    WinogradInputParams in {};
    in.channels = u32(u64(o.x.shape.channels()));
    in.channels2 = u32(channels) - in.channels;
    in.height = u32(u64(o.x.shape[1]));
    in.width = u32(u64(o.x.shape[2]));
    in.down = down;
    in.across = across;
    in.odd = odd;
    in.padding
        = (static_cast<std::uint32_t>(op.conv.pad_top) & 0xffff) | static_cast<std::uint32_t>(op.conv.pad_left) << 16;
    WinogradProductParams product {};
    product.columns = u32(columns);
    product.channels = u32(channels);
    product.piece_bytes = u32(channels * kernel.tile_columns * sizeof(float));
    WinogradOutputParams out {};
    out.columns = u32(columns);
    out.out_height = u32(u64(o.y.shape[1]));
    out.out_width = u32(u64(o.y.shape[2]));
    out.down = down;
    out.across = across;
    out.odd = odd;

    double const in_bytes = static_cast<double>(o.x.location.bytes + o.x2.location.bytes);
    for (std::uint64_t first = 0; first < tiles; first += step) {
        shape.rows = std::min(step, tiles - first);
        double const share = static_cast<double>(shape.rows) / static_cast<double>(tiles);
        double const seen_bytes = static_cast<double>(pieces * shape.rows * channels * sizeof(float));
        double const made_bytes = static_cast<double>(pieces * shape.rows * columns * sizeof(float));
        in.first_tile = out.first_tile = u32(first);
        in.tiles = out.tiles = product.rows = u32(shape.rows);

        Dispatch d = flat_dispatch("conv/winograd_input.f16", in, shape.rows * channels / 4, profile);
        d.read(offsetof(WinogradInputParams, x), o.x.location);
        d.read(offsetof(WinogradInputParams, x2), o.x2.location);
        d.write(offsetof(WinogradInputParams, matrices), seen);
        d.flops = 32.0 * static_cast<double>(shape.rows * channels);
        d.bytes = share * in_bytes + seen_bytes;
        lowering.dispatch(std::move(d));

        d = Dispatch::with(kernel.shader, product);
        fill_product(d, kernel, Epilogue { .out = DType::f32 }.bits(), shape, shape.rows);
        d.groups[2] = pieces;
        d.flops *= pieces;
        d.bytes = static_cast<double>(weight.location.bytes) + seen_bytes + made_bytes;
        d.read(offsetof(WinogradProductParams, x), seen);
        d.read(offsetof(WinogradProductParams, weight), weight.location);
        d.write(offsetof(WinogradProductParams, y), made);
        lowering.dispatch(std::move(d));

        d = flat_dispatch("conv/winograd_output", out, shape.rows * columns / 2, profile, { o.end.bits() });
        d.read(offsetof(WinogradOutputParams, matrices), made);
        d.read(offsetof(WinogradOutputParams, bias), o.end.bias.location);
        d.read(offsetof(WinogradOutputParams, channel_add), o.end.channel_add.location);
        d.read(offsetof(WinogradOutputParams, residual), o.end.residual.location);
        d.write(offsetof(WinogradOutputParams, y), o.y.location);
        d.flops = 24.0 * static_cast<double>(shape.rows * columns);
        d.bytes = made_bytes + share * bytes_of(o.y) * (o.end.residual.location ? 2 : 1);
        lowering.dispatch(std::move(d));
    }
}

std::uint64_t winograd_bytes(Shape const& shape, Packing const& packing)
{
    return panels_bytes(transformed(shape), packing);
}

void pack_winograd(WeightSource const& source, Packing const& packing, std::span<std::byte> out)
{
    std::size_t const planes = static_cast<std::size_t>(source.shape[0] * source.shape[1]);
    std::vector<float> taps(planes * 9), all(planes * pieces);
    convert_elements(source.dtype, source.bytes.data(), DType::f32, reinterpret_cast<std::byte*>(taps.data()), taps.size());
    auto const transform = [](double a, double b, double c, std::array<double, 4>& to) {
        to = { a, (a + b + c) / 2, (a - b + c) / 2, c };
    };
    for (std::size_t plane = 0; plane < planes; ++plane) {
        float const* const g = &taps[plane * 9];
        std::array<std::array<double, 4>, 3> across; // columns of G g
        for (std::size_t x = 0; x < 3; ++x)
            transform(g[x], g[3 + x], g[6 + x], across[x]);
        for (std::size_t y = 0; y < 4; ++y) {
            std::array<double, 4> row;
            transform(across[0][y], across[1][y], across[2][y], row);
            std::ranges::transform(row, &all[plane * pieces + y * 4], [](double v) { return static_cast<float>(v); });
        }
    }
    pack_panels({ source.name, DType::f32, transformed(source.shape), std::as_bytes(std::span(all)), nullptr }, packing, out);
}

}
