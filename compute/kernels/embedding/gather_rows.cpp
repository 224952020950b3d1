// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/embedding/embedding.h"

#include "compute/kernels/grid.h"
#include "compute/ops/embedding.h"
#include "compute/ops/shape_ops.h"
#include "shaders/embedding/gather_rows.params.h"

#include <cstddef>

namespace igneous {

namespace {

void gather(Lowering& lowering, Operand const& table, Operand const& index, std::int64_t rows, std::int64_t batch_rows)
{
    Operand const out = lowering.output();
    std::uint32_t const vector = vector_width(out.shape.channels());
    params::GatherRowsParams p {};
    p.count = static_cast<std::uint32_t>(out.shape.elements() / vector);
    p.channels = static_cast<std::uint32_t>(out.shape.channels() / vector);
    p.rows = static_cast<std::uint32_t>(rows);
    p.batch_rows = static_cast<std::uint32_t>(batch_rows);
    Dispatch d = flat_dispatch(
        shader_name("embedding/gather_rows", table.dtype, out.dtype), p, p.count, lowering.profile(), { vector });
    d.read(offsetof(params::GatherRowsParams, table), table.location);
    d.read(offsetof(params::GatherRowsParams, index), index.location);
    d.write(offsetof(params::GatherRowsParams, out_address), out.location);
    d.bytes
        = bytes_of(index)
          + static_cast<double>(out.shape.elements()) * static_cast<double>(size_of(table.dtype) + size_of(out.dtype));
    lowering.dispatch(std::move(d));
}

}

void lower_embedding(Op const&, Lowering& lowering)
{
    // A vocabulary's table is large: it is held in the type the output has anyway.
    Operand const table = lowering.is_weight(1)
                              ? lowering.weight(1, { .name = "plain", .dtype = lowering.output().dtype })
                              : lowering.input(1);
    gather(lowering, table, lowering.input(0), table.shape[0], 0);
}

void lower_gather_rows(Op const&, Lowering& lowering)
{
    Operand const x = lowering.input(0);
    gather(lowering, x, lowering.input(1), x.shape[1], x.shape[1]);
}

}
