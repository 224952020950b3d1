// SPDX-License-Identifier: Apache-2.0
#include "compute/ops/shape_ops.h"

namespace igneous {

std::string SliceChannelsOp::settings() const
{
    return std::format("begin={} size={}", begin, size);
}

std::string RowsOp::settings() const { return std::format("row={}", row); }

std::string PlaceOp::settings() const { return std::format("row={}", row); }

Tensor concat(Tensor a, Tensor b)
{
    bool fits = a.shape.rank() == b.shape.rank() && a.dtype == b.dtype && a.shape.rank() > 0;
    for (int i = 0; fits && i + 1 < static_cast<int>(a.shape.rank()); ++i)
        fits = a.shape[i] == b.shape[i];
    require(fits, "concat: a {} {} and b {} {} must agree in type and in everything but channels", name_of(a.dtype), a.shape, name_of(b.dtype), b.shape);
    return a.graph->add(std::make_shared<ConcatOp>(), { a, b }, a.dtype, a.shape.with(-1, a.shape.channels() + b.shape.channels()));
}

Tensor reshape(Tensor x, Shape shape)
{
    require(x.shape.elements() == shape.elements(), "reshape: {} has {} elements, {} has {}", x.shape, x.shape.elements(), shape, shape.elements());
    return x.shape == shape ? x : x.graph->add(std::make_shared<ReshapeOp>(), { x }, x.dtype, shape);
}

Tensor rows(Tensor x, std::int64_t row, std::int64_t count)
{
    require(x.shape.rank() == 4 && x.shape[0] == 1, "rows: x must be [1, H, W, C] but is {}", x.shape);
    require(row >= 0 && count > 0 && row + count <= x.shape[1], "rows: [{}, {}) is not inside the {} rows of {}", row,
        row + count, x.shape[1], x.shape);
    if (count == x.shape[1])
        return x;
    auto op = std::make_shared<RowsOp>();
    op->row = row;
    return x.graph->add(std::move(op), { x }, x.dtype, x.shape.with(1, count));
}

Tensor empty(Graph& graph, DType dtype, Shape shape)
{
    Tensor const made = graph.add(std::make_shared<EmptyOp>(), {}, dtype, shape);
    graph.nodes()[made.node].rate = Rate::step;
    return made;
}

Tensor place(Tensor x, Tensor band, std::int64_t row)
{
    require(
        x.shape.rank() == 4 && x.shape[0] == 1 && band.shape == x.shape.with(1, band.shape[1]) && band.dtype == x.dtype,
        "place: x {} {} and band {} {} must be [1, H, W, C] and differ in their rows only", name_of(x.dtype), x.shape,
        name_of(band.dtype), band.shape);
    require(row >= 0 && row + band.shape[1] <= x.shape[1], "place: rows [{}, {}) are not inside {}", row,
        row + band.shape[1], x.shape);
    auto op = std::make_shared<PlaceOp>();
    op->row = row;
    return x.graph->add(std::move(op), { x, band }, x.dtype, x.shape);
}

Tensor slice_channels(Tensor x, int begin, int size)
{
    require(begin >= 0 && size > 0 && begin + size <= x.shape.channels(), "slice_channels: [{}, {}) is not inside the {} channels of {}", begin,
        begin + size, x.shape.channels(), x.shape);
    auto op = std::make_shared<SliceChannelsOp>();
    op->begin = begin;
    op->size = size;
    return x.graph->add(std::move(op), { x }, x.dtype, x.shape.with(-1, size));
}

Tensor gather_rows(Tensor x, Tensor index)
{
    require(x.shape.rank() == 3, "gather_rows: x must be [N, L, C] but is {}", x.shape);
    require(index.dtype == DType::i32 && index.shape == Shape { x.shape[0] }, "gather_rows: index must be i32 [{}] but is {} {}", x.shape[0],
        name_of(index.dtype), index.shape);
    return x.graph->add(std::make_shared<GatherRowsOp>(), { x, index }, x.dtype, { x.shape[0], x.shape[2] });
}

}
