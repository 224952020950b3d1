// SPDX-License-Identifier: Apache-2.0
#include "compute/ops/sampling.h"

namespace igneous {

std::string ModelInputOp::settings() const
{
    return std::format("copies={}", copies);
}

std::string GuideOp::settings() const
{
    return std::format("copies={}", copies);
}

Tensor model_input(Tensor x, Tensor factors, int copies)
{
    require(x.dtype == DType::f32 && factors.dtype == DType::f32, "model_input: x and factors must be f32");
    require(copies >= 1, "model_input: at least one copy, got {}", copies);
    auto op = std::make_shared<ModelInputOp>();
    op->copies = copies;
    return x.graph->add(std::move(op), { x, factors }, x.graph->activations(), x.shape.with(0, x.shape[0] * copies));
}

Tensor guide(Tensor x, Tensor prediction, Tensor factors, int copies)
{
    require(copies == 1 || copies == 2, "guide: 1 or 2 copies, got {}", copies);
    require(prediction.shape == x.shape.with(0, x.shape[0] * copies), "guide: prediction must be {} copies of x {} but is {}", copies, x.shape,
        prediction.shape);
    require(factors.dtype == DType::f32 && factors.shape == Shape { 4 }, "guide: factors must be f32 [4] but are {} {}", name_of(factors.dtype), factors.shape);
    auto op = std::make_shared<GuideOp>();
    op->copies = copies;
    return x.graph->add(std::move(op), { x, prediction, factors }, DType::f32, x.shape);
}

}
