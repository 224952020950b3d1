// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/conv/conv2d.h"

#include "compute/kernels/choice.h"
#include "compute/kernels/conv/winograd.h"
#include "compute/kernels/norm/norm.h"
#include "compute/ops/conv2d.h"
#include "shaders/conv/boxes.params.h"
#include "shaders/conv/conv2d.params.h"

#include <cstddef>

namespace igneous {

namespace {

/// Rows of the product that tiles of boxes walk: every tile whole, those at an edge included
/// (shaders/conv/boxes.glsl and conv2d_coopmat2.comp have the order).
std::uint64_t rows_in_boxes(ProductKernel const& kernel, ConvSettings const& conv, Shape const& y)
{
    auto const phases = kernel.makes_phases ? static_cast<std::uint64_t>(conv.upsample * conv.upsample) : 1;
    auto const tiles = [&](std::int64_t pixels, std::uint32_t side) {
        return ceil_div(ceil_div(static_cast<std::uint64_t>(pixels), static_cast<std::uint64_t>(conv.upsample)), side);
    };
    return static_cast<std::uint64_t>(y[0]) * phases * tiles(y[1], kernel.box_height)
        * tiles(y[2], kernel.box_width) * kernel.tile_rows;
}

/// The border that boxes of a picture this wide are staged with; 0 where they would mostly hang over its edge.
std::uint32_t border_of(std::uint64_t width, std::uint64_t kernel_width)
{
    std::uint64_t const in_boxes = std::uint64_t { ceil_div(width, params::BOX_WIDTH) } * params::BOX_WIDTH;
    return 3 * in_boxes <= 4 * width ? static_cast<std::uint32_t>(kernel_width - 1) : 0;
}

/// Whether taps that see the same pixel of an enlarged picture may be summed beforehand: 4 of 9 are left. Not in 32
/// bits, which stay exact.
bool sums_phases(ConvSettings const& conv, Shape const& weight, DType storage)
{
    return conv.upsample == 2 && conv.stride == 1 && weight[2] == 3 && weight[3] == 3 && storage == DType::f16;
}

/// The product of one phase, the first, which has most rows.
ProductShape of_phase(ProductShape shape, Shape const& y)
{
    auto const half = [](std::int64_t pixels) { return static_cast<std::uint64_t>(pixels + 1) / 2; };
    shape.rows = static_cast<std::uint64_t>(y[0]) * half(y[1]) * half(y[2]);
    shape.depth = shape.depth / 9 * 4;
    shape.most_parts = 1;
    shape.border = border_of(half(y[2]), 2);
    shape.statistics = false;                    // a tile's pixels lie apart
    return shape;
}

ConvOperands operands_of(Conv2dOp const& op, Lowering& lowering)
{
    std::size_t next = 0;
    ConvOperands o { .end = { .activation = op.activation } };
    o.x = lowering.input(next++);
    if (op.concat)
        o.x2 = lowering.input(next++);
    o.weight = next++;
    o.y = lowering.output();
    o.end.out = o.y.dtype;
    require(o.x.dtype == DType::f32 || o.x.dtype == DType::f16, "conv2d: x must be f32 or f16 but is {}", name_of(o.x.dtype));
    require(!op.concat || o.x2.dtype == o.x.dtype, "conv2d: both inputs of a concat must have one type, got {} and {}",
        name_of(o.x.dtype), name_of(o.x2.dtype));
    require(lowering.is_weight(o.weight), "conv2d: the weight must be a weight of the graph, not a computed value");
    if (op.bias)
        o.end.bias = lowering.input(next++);
    if (op.channel_add)
        o.end.channel_add = lowering.input(next++);
    if (op.residual)
        o.end.residual = lowering.input(next++);
    if (op.norm)
        o.norm = lowering.input(next++);
    if (op.statistics)
        o.statistics = lowering.input(next++);
    return o;
}

}

bool has_nine_taps(ConvSettings const& conv, Shape const& weight)
{
    return weight[2] == 3 && weight[3] == 3 && conv.stride == 1 && conv.upsample == 1;
}

bool normalises_while_loading(
    Conv2dOp const& op, DType storage, Shape const& x, Shape const& weight, Shape const& y, DeviceProfile const& profile)
{
    constexpr std::int64_t most_columns = 128;
    return !profile.cpu && !takes_workgroup_matrices(profile) && !profile.disabled.contains("norm/group_norm_table")
        && stages_boxes(profile, storage) && has_nine_taps(op.conv, weight)
        && border_of(static_cast<std::uint64_t>(y[2]), 3) > 0 && y.channels() <= most_columns
        && x.channels() % 32 == 0;     // ranges begin where a step does, as they would in what the norm had stored
}

void lower_conv2d(Op const& any, Lowering& lowering)
{
    auto const& op = static_cast<Conv2dOp const&>(any);
    ConvOperands const operands = operands_of(op, lowering);
    if (runs_by_winograd(op, operands, lowering))
        return lower_winograd(op, operands, lowering);
    auto const& [x, x2, y, weight_input, end, norm, statistics] = operands;
    auto const u64 = [](std::int64_t n) { return static_cast<std::uint64_t>(n); };
    auto const u32 = [](std::uint64_t n) { return static_cast<std::uint32_t>(n); };
    std::uint64_t const channels = u64(x.shape.channels());
    std::uint64_t const channels2 = op.concat ? u64(x2.shape.channels()) : 0;
    Shape const& weights = lowering.shape_of(weight_input);
    std::uint64_t const kernel_height = u64(weights[2]), kernel_width = u64(weights[3]);
    ProductShape shape {
        .rows = u64(y.shape.rows()),
        .columns = u64(y.shape.channels()),
        .depth = kernel_height * kernel_width * (channels + channels2),
        .storage = x.dtype,
        .vectors = channels % 4 == 0 && channels2 % 4 == 0,
        .boxes = (channels | channels2 | u64(y.shape.channels())) % 8 == 0
            && (op.conv.stride == 1 || op.conv.upsample == 1),
        .norm = op.norm ? 1 + static_cast<std::uint32_t>(op.norm_activation) : 0,
        .border = has_nine_taps(op.conv, weights) ? border_of(u64(y.shape[2]), kernel_width) : 0,
        .statistics = op.statistics && y.dtype == x.dtype,
        .aligned = (x.location.offset | x2.location.offset | y.location.offset) % 16 == 0,
        .picture_rows = u64((op.whole_height ? op.whole_height : y.shape[1]) * y.shape[2]),
        .most_parts = kernel_height * kernel_width,
    };
    ConvSettings const& conv = op.conv;
    ProductKernel kernel = choose_product(lowering, "conv/conv2d", shape);
    bool const phases
        = sums_phases(conv, weights, x.dtype) && !kernel.makes_phases && !lowering.is_adapted(weight_input);
    if (phases) {
        shape = of_phase(shape, y.shape);
        kernel = choose_product(lowering, "conv/conv2d", shape);
    }
    kernel.panels.first_range = op.concat ? u32(channels) : 0;
    Packing packing = kernel.panels.packing();
    if (phases)
        packing.name = "phases";
    Operand const weight = lowering.weight(weight_input, packing);
    PanelLayout const layout = panel_layout(phases ? phase_shape(weights) : weights, kernel.panels);
    ProductTarget const target = product_target(lowering, kernel, shape, end, y);

    params::Conv2dParams p {};
    p.rows = u32(shape.rows);
    p.columns = u32(shape.columns);
    p.channels = u32(channels);
    p.channels2 = u32(channels2);
    p.padded_channels = u32(layout.padded[0]);
    p.padded_channels2 = u32(layout.padded[1]);
    p.zeros = u32(layout.zeros * size_of(kernel.panels.dtype) / size_of(x.dtype));
    require(x.shape[1] < 65536 && x.shape[2] < 65536, "conv2d: x {} is larger than this kernel takes", x.shape);
    p.extent = u32(u64(x.shape[1] | x.shape[2] << 16));
    p.out_height = u32(u64(y.shape[1]));
    p.out_width = u32(u64(y.shape[2]));
    auto const packs = [](int pad) { return pad >= -32768 && pad < 32768; };
    require(kernel_height < 256 && kernel_width < 256 && conv.stride < 256 && packs(conv.pad_top) && packs(conv.pad_left),
        "conv2d: kernel {}x{}, stride {} and padding {}, {} are more than this kernel takes", kernel_height,
        kernel_width, conv.stride, conv.pad_top, conv.pad_left);
    p.kernel = phases ? 2u | 2u << 8 | 1u << 16 | 1u << 24
                      : u32(kernel_height | kernel_width << 8) | static_cast<std::uint32_t>(conv.stride) << 16
                            | static_cast<std::uint32_t>(conv.upsample) << 24;
    p.padding = (static_cast<std::uint32_t>(conv.pad_top) & 0xffff) | static_cast<std::uint32_t>(conv.pad_left) << 16;

    p.phase_bytes = phases ? u32(layout.elements() * size_of(kernel.panels.dtype)) : 0;

    double const flops = 2.0 * static_cast<double>(y.shape.elements()) * static_cast<double>(shape.depth);
    std::uint64_t const walked = kernel.box_width ? rows_in_boxes(kernel, conv, y.shape) : shape.rows;
    std::uint64_t const step = rows_per_dispatch(
        lowering.profile(), walked, kernel.tile_rows, flops / static_cast<double>(walked));
    double const in_bytes = static_cast<double>(x.location.bytes + x2.location.bytes);
    for (std::uint64_t base = 0; base < walked; base += step) {
        std::uint64_t const rows = std::min(step, walked - base);
        double const share = static_cast<double>(rows) / static_cast<double>(walked);
        p.base_row = u32(base);
        Dispatch dispatch = Dispatch::with(kernel.shader, p);
        fill_product(dispatch, kernel, target.end.bits(), shape, rows);
        if (phases)
            dispatch.groups[2] = phase_count;
        dispatch.flops = share * flops;
        dispatch.bytes = static_cast<double>(weight.location.bytes)
            + share * (in_bytes + static_cast<double>(target.y.bytes) * (target.end.residual.location ? 2 : 1));
        dispatch.read(offsetof(params::Conv2dParams, x), x.location);
        dispatch.read(offsetof(params::Conv2dParams, x2), x2.location);
        dispatch.read(offsetof(params::Conv2dParams, weight), weight.location);
        dispatch.read(offsetof(params::Conv2dParams, norm), norm.location);
        dispatch.read(offsetof(params::Conv2dParams, bias), target.end.bias.location);
        dispatch.read(offsetof(params::Conv2dParams, channel_add), target.end.channel_add.location);
        dispatch.read(offsetof(params::Conv2dParams, residual), target.end.residual.location);
        dispatch.write(offsetof(params::Conv2dParams, y), target.y);
        if (kernel.makes_statistics)
            dispatch.write(offsetof(params::Conv2dParams, statistics), statistics.location);
        lowering.dispatch(std::move(dispatch));
    }
    sum_parts(lowering, kernel, shape, target, end, y, u64(y.shape[1] * y.shape[2]));
    if (op.statistics && !kernel.makes_statistics)
        dispatch_box_statistics(lowering, y, statistics.location);
}

}
