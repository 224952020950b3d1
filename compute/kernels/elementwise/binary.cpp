// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/elementwise/elementwise.h"

#include "compute/kernels/grid.h"
#include "compute/ops/elementwise.h"
#include "shaders/elementwise/binary.params.h"

#include <algorithm>
#include <cstddef>

namespace igneous {

namespace {

/// Coordinates of a, innermost first, with neighbours that b treats alike merged into one.
struct Walk {
    std::uint32_t rank = 0;
    std::uint32_t extents[Shape::max_rank] {};
    std::uint32_t strides[Shape::max_rank] {};      // of b; 0: broadcast
};

Walk merged(Shape const& a, Shape const& b)
{
    Walk walk;
    std::uint32_t stride = 1;
    for (std::size_t i = 0; i < a.rank(); ++i) {
        int const at = -static_cast<int>(i) - 1;
        auto const extent = static_cast<std::uint32_t>(a[at]);
        auto const own = i < b.rank() ? static_cast<std::uint32_t>(b[at]) : 1;
        if (extent == 1)
            continue;
        bool const broadcast = own == 1;
        if (walk.rank > 0 && (walk.strides[walk.rank - 1] == 0) == broadcast)
            walk.extents[walk.rank - 1] *= extent;
        else {
            walk.extents[walk.rank] = extent;
            walk.strides[walk.rank] = broadcast ? 0 : stride;
            ++walk.rank;
        }
        stride *= own;
    }
    if (walk.rank == 0)
        walk = { 1, { 1 }, { 1 } };
    return walk;
}

}

void lower_binary(Op const& op, Lowering& lowering)
{
    auto const& binary = static_cast<BinaryOp const&>(op);
    Operand const a = lowering.input(0), b = lowering.input(1), out = lowering.output();
    Walk walk = merged(a.shape, b.shape);
    std::uint32_t const vector = vector_width(walk.extents[0]);
    walk.extents[0] /= vector;
    params::BinaryParams p {};
    p.count = static_cast<std::uint32_t>(out.shape.elements() / vector);
    std::copy_n(walk.extents, Shape::max_rank, p.extents);
    std::copy_n(walk.strides, Shape::max_rank, p.strides);
    Dispatch d = flat_dispatch(shader_name("elementwise/binary", a.dtype, b.dtype, out.dtype), p, p.count,
        lowering.profile(),
        { static_cast<std::uint32_t>(binary.activation), binary.kind == BinaryOp::Kind::multiply, walk.rank, vector });
    d.read(offsetof(params::BinaryParams, a), a.location);
    d.read(offsetof(params::BinaryParams, b), b.location);
    d.write(offsetof(params::BinaryParams, out_address), out.location);
    d.flops = static_cast<double>(out.shape.elements());
    d.bytes = bytes_of(a) + bytes_of(b) + bytes_of(out);
    lowering.dispatch(std::move(d));
}

}
