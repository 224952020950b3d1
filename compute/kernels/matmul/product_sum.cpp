// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/matmul/product.h"
#include "shaders/matmul/product_sum.params.h"

#include <cstddef>

namespace igneous {

ProductTarget product_target(
    Lowering& lowering, ProductKernel const& kernel, ProductShape const& shape, Epilogue const& end, Operand const& y)
{
    if (kernel.parts == 1)
        return { y.location, end };
    Location const parts = lowering.scratch(kernel.parts * shape.rows * shape.columns * sizeof(float));
    return { parts, { .out = DType::f32 } };
}

void sum_parts(Lowering& lowering, ProductKernel const& kernel, ProductShape const& shape, ProductTarget const& target,
    Epilogue const& end, Operand const& y, std::uint64_t image_rows)
{
    if (kernel.parts == 1)
        return;
    params::ProductSumParams p {};
    p.rows = static_cast<std::uint32_t>(shape.rows);
    p.columns = static_cast<std::uint32_t>(shape.columns);
    p.image_rows = static_cast<std::uint32_t>(image_rows);
    std::uint64_t const pairs = shape.rows * ((shape.columns + 1) / 2);
    Dispatch d = flat_dispatch("matmul/product_sum", p, pairs, lowering.profile(), { end.bits(), kernel.parts });
    d.read(offsetof(params::ProductSumParams, parts), target.y);
    d.read(offsetof(params::ProductSumParams, bias), end.bias.location);
    d.read(offsetof(params::ProductSumParams, channel_add), end.channel_add.location);
    d.read(offsetof(params::ProductSumParams, residual), end.residual.location);
    d.write(offsetof(params::ProductSumParams, y), y.location);
    d.flops = static_cast<double>(kernel.parts * shape.rows * shape.columns);
    d.bytes = static_cast<double>(target.y.bytes) + bytes_of(y) * (end.residual.location ? 2 : 1);
    lowering.dispatch(std::move(d));
}

}
