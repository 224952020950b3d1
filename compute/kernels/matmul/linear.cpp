// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/matmul/linear.h"

#include "compute/kernels/matmul/product.h"
#include "compute/ops/linear.h"
#include "shaders/matmul/linear.params.h"

#include <cstddef>

namespace igneous {

namespace {

constexpr std::uint64_t part_depth = 64;         // PART_DEPTH of shaders/matmul/rows.glsl

/// Rows of one whole picture or text; each row of a matrix stands for itself.
std::uint64_t picture_rows(LinearOp const& op, Shape const& x)
{
    std::int64_t const height = x.rank() < 4 ? 1 : op.whole_height ? op.whole_height : x[-3];
    return x.rank() < 3 ? 1 : static_cast<std::uint64_t>(height * x[-2]);
}

/// Whether the operand lies at a multiple of 16 bytes, and any band of it would: a band takes the kernel of the whole.
bool is_aligned(Operand const& operand)
{
    Shape const& shape = operand.shape;
    std::uint64_t const row = shape.rank() < 4 ? 0 : static_cast<std::uint64_t>(shape[-2] * shape.channels());
    return (operand.location.offset | row * size_of(operand.dtype)) % 16 == 0;
}

}

void lower_linear(Op const& any, Lowering& lowering)
{
    auto const& op = static_cast<LinearOp const&>(any);
    Operand const x = lowering.input(0);
    Operand const y = lowering.output();
    require(x.dtype == DType::f32 || x.dtype == DType::f16, "linear: x must be f32 or f16 but is {}", name_of(x.dtype));
    require(lowering.is_weight(1), "linear: the weight must be a weight of the graph, not a computed value");

    Epilogue end { .activation = op.activation, .geglu = op.geglu, .out = y.dtype };
    std::size_t next = 2;
    if (op.bias)
        end.bias = lowering.input(next++);
    if (op.residual)
        end.residual = lowering.input(next++);

    std::uint64_t const channels = static_cast<std::uint64_t>(x.shape.channels());
    ProductShape const shape {
        .rows = static_cast<std::uint64_t>(x.shape.rows()),
        .columns = static_cast<std::uint64_t>(y.shape.channels()) * (op.geglu ? 2 : 1),
        .depth = channels,
        .storage = x.dtype,
        .vectors = channels % 4 == 0,
        .geglu = op.geglu,
        .aligned = is_aligned(x) && is_aligned(y),
        .picture_rows = picture_rows(op, x.shape),
        .most_parts = ceil_div(channels, part_depth),
    };
    ProductKernel const kernel = choose_product(lowering, "matmul/linear", shape);
    Operand const weight = lowering.weight(1, kernel.panels.packing());
    PanelLayout const layout = panel_layout(weight.shape, kernel.panels);
    ProductTarget const target = product_target(lowering, kernel, shape, end, y);

    params::LinearParams p {};
    p.rows = static_cast<std::uint32_t>(shape.rows);
    p.columns = static_cast<std::uint32_t>(shape.columns);
    p.channels = static_cast<std::uint32_t>(channels);
    p.padded_channels = static_cast<std::uint32_t>(layout.padded[0]);
    p.zeros = static_cast<std::uint32_t>(layout.zeros * size_of(kernel.panels.dtype) / size_of(x.dtype));

    std::uint64_t const step = rows_per_dispatch(
        lowering.profile(), shape.rows, kernel.tile_rows, 2.0 * static_cast<double>(shape.columns * shape.depth));
    for (std::uint64_t base = 0; base < shape.rows; base += step) {
        std::uint64_t const rows = std::min(step, shape.rows - base);
        p.base_row = static_cast<std::uint32_t>(base);
        Dispatch dispatch = Dispatch::with(kernel.shader, p);
        fill_product(dispatch, kernel, target.end.bits(), shape, rows);
        double const share = static_cast<double>(rows) / static_cast<double>(shape.rows);
        dispatch.bytes = static_cast<double>(weight.location.bytes)
            + share * (bytes_of(x) + static_cast<double>(target.y.bytes) * (target.end.residual.location ? 2 : 1));
        dispatch.read(offsetof(params::LinearParams, x), x.location);
        dispatch.read(offsetof(params::LinearParams, weight), weight.location);
        dispatch.read(offsetof(params::LinearParams, bias), target.end.bias.location);
        dispatch.read(offsetof(params::LinearParams, residual), target.end.residual.location);
        dispatch.write(offsetof(params::LinearParams, y), target.y);
        lowering.dispatch(std::move(dispatch));
    }
    sum_parts(lowering, kernel, shape, target, end, y, shape.rows);
}

}
