// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/elementwise/elementwise.h"

#include "compute/kernels/grid.h"
#include "compute/ops/shape_ops.h"
#include "shaders/elementwise/copy_channels.params.h"

#include <cstddef>

namespace igneous {

namespace {

/// Copies `channels` of every row from channel `x_begin` of x to channel `out_begin` of the output.
void copy_channels(
    Lowering& lowering, Operand const& x, std::int64_t x_begin, std::int64_t channels, std::int64_t out_begin)
{
    Operand const out = lowering.output();
    std::uint32_t const vector = vector_width(x_begin, channels, out_begin, x.shape.channels(), out.shape.channels());
    auto const in_vectors = [&](std::int64_t n) { return static_cast<std::uint32_t>(n / vector); };
    params::CopyChannelsParams p {};
    p.count = in_vectors(out.shape.rows() * channels);
    p.channels = in_vectors(channels);
    p.x_begin = in_vectors(x_begin);
    p.x_stride = in_vectors(x.shape.channels());
    p.out_begin = in_vectors(out_begin);
    p.out_stride = in_vectors(out.shape.channels());
    Dispatch d
        = flat_dispatch(shader_name("elementwise/copy_channels", x.dtype), p, p.count, lowering.profile(), { vector });
    d.read(offsetof(params::CopyChannelsParams, x), x.location);
    d.write(offsetof(params::CopyChannelsParams, out_address), out.location);
    d.bytes
        = static_cast<double>(out.shape.rows() * channels) * static_cast<double>(size_of(x.dtype) + size_of(out.dtype));
    lowering.dispatch(std::move(d));
}

}

void lower_concat(Op const&, Lowering& lowering)
{
    Operand const a = lowering.input(0), b = lowering.input(1);
    copy_channels(lowering, a, 0, a.shape.channels(), 0);
    copy_channels(lowering, b, 0, b.shape.channels(), a.shape.channels());
}

void lower_slice_channels(Op const& op, Lowering& lowering)
{
    auto const& slice = static_cast<SliceChannelsOp const&>(op);
    copy_channels(lowering, lowering.input(0), slice.begin, slice.size, 0);
}

}
