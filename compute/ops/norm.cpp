// SPDX-License-Identifier: Apache-2.0
#include "compute/ops/norm.h"

namespace igneous {

std::string GroupNormOp::settings() const
{
    return std::format("groups={} eps={} concat={} activation={}{}", groups, eps, concat, name_of(activation),
        statistics ? " statistics" : "");
}

std::string GroupNormStatisticsOp::settings() const
{
    return std::format("groups={} concat={} pixels={} first_pixel={} first_chunk={} chunks={}", groups, concat, pixels,
        first_pixel, first_chunk, chunks);
}

std::string BoxStatisticsOp::settings() const { return std::format("first_row={}", first_row); }

std::string BoxJoinOp::settings() const { return std::format("height={} width={}", height, width); }

std::string LayerNormOp::settings() const
{
    return std::format("eps={}", eps);
}

namespace {

void check_affine(std::string_view who, Tensor const& x, Tensor const& scale, Tensor const& shift)
{
    Shape const channels { x.shape.channels() };
    require(scale.shape == channels && shift.shape == channels, "{}: scale and shift must be {} for x {} but are {} and {}", who,
        channels, x.shape, scale.shape, shift.shape);
}

}

Tensor group_norm(Tensor x, Tensor scale, Tensor shift, int groups, float eps)
{
    require(x.shape.rank() >= 3, "group_norm: x must be [N, ..., C] but is {}", x.shape);
    require(groups > 0 && x.shape.channels() % groups == 0, "group_norm: {} channels do not split into {} groups", x.shape.channels(), groups);
    check_affine("group_norm", x, scale, shift);
    auto op = std::make_shared<GroupNormOp>();
    op->groups = groups;
    op->eps = eps;
    return x.graph->add(std::move(op), { x, scale, shift }, x.dtype, x.shape);
}

Tensor layer_norm(Tensor x, Tensor scale, Tensor shift, float eps)
{
    check_affine("layer_norm", x, scale, shift);
    auto op = std::make_shared<LayerNormOp>();
    op->eps = eps;
    return x.graph->add(std::move(op), { x, scale, shift }, x.dtype, x.shape);
}

}
