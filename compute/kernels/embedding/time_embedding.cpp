// SPDX-License-Identifier: Apache-2.0
#include "compute/kernels/embedding/embedding.h"

#include "compute/kernels/grid.h"
#include "compute/ops/embedding.h"
#include "shaders/embedding/time_embedding.params.h"

#include <cassert>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace igneous {

namespace {

void split(double value, float& high, float& low)
{
    high = static_cast<float>(value);
    low = static_cast<float>(value - high);
}

}

void lower_time_embedding(Op const& op, Lowering& lowering)
{
    auto const& embedding = static_cast<TimeEmbeddingOp const&>(op);
    Operand const t = lowering.input(0), out = lowering.output();
    assert(t.dtype == DType::f32 && out.dtype == DType::f32 && "time_embedding: f32 throughout");
    int const half = embedding.channels / 2;
    params::TimeEmbeddingParams p {};
    p.channels = static_cast<std::uint32_t>(embedding.channels);
    p.half_channels = static_cast<std::uint32_t>(half);
    p.count = static_cast<std::uint32_t>(t.shape.elements()) * (p.half_channels + p.channels % 2);
    p.cos_first = embedding.flip_sin_to_cos;
    split(
        std::pow(static_cast<double>(embedding.max_period), -1.0 / (half - static_cast<double>(embedding.freq_shift))),
        p.ratio_high, p.ratio_low);
    split(0.5 * std::numbers::inv_pi, p.turn_high, p.turn_low);
    Dispatch d = flat_dispatch("embedding/time_embedding", p, p.count, lowering.profile());
    d.read(offsetof(params::TimeEmbeddingParams, t), t.location);
    d.write(offsetof(params::TimeEmbeddingParams, out_address), out.location);
    d.flops = 400.0 * p.count;
    d.bytes = bytes_of(t) + bytes_of(out);
    lowering.dispatch(std::move(d));
}

}
