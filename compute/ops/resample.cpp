// SPDX-License-Identifier: Apache-2.0
#include "compute/ops/resample.h"

namespace igneous {

std::string ResampleOp::settings() const
{
    return filter == Filter::nearest ? "nearest" : "bilinear";
}

Tensor resample(Tensor x, int height, int width, Filter filter)
{
    require(x.shape.rank() == 4, "resample: x must be [N, H, W, C] but is {}", x.shape);
    require(height > 0 && width > 0, "resample: the new size must be positive but is {} x {}", height, width);
    auto op = std::make_shared<ResampleOp>();
    op->filter = filter;
    return x.graph->add(std::move(op), { x }, x.dtype, { x.shape[0], height, width, x.shape[3] });
}

Tensor average_pool(Tensor x)
{
    require(x.shape.rank() == 4 && x.shape[1] >= 2 && x.shape[2] >= 2, "average_pool: x must be [N, H, W, C] of at least 2 x 2 but is {}", x.shape);
    return x.graph->add(std::make_shared<AveragePoolOp>(), { x }, x.dtype, { x.shape[0], x.shape[1] / 2, x.shape[2] / 2, x.shape[3] });
}

}
