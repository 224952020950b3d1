// SPDX-License-Identifier: Apache-2.0
#include "compute/ops/linear.h"

namespace igneous {

std::string LinearOp::settings() const
{
    std::string const band = whole_height ? std::format(" of={}", whole_height) : "";
    return std::format("bias={} activation={} geglu={} residual={}{}", bias, name_of(activation), geglu, residual, band);
}

Tensor linear(Tensor x, Tensor weight, std::optional<Tensor> bias)
{
    bool const pointwise = weight.shape.rank() == 4 && weight.shape[2] == 1 && weight.shape[3] == 1;
    require(weight.shape.rank() == 2 || pointwise, "linear: weight must be [out, in] but is {}", weight.shape);
    require(x.shape.channels() == weight.shape[1], "linear: x {} has {} channels, weight {} takes {}", x.shape,
        x.shape.channels(), weight.shape, weight.shape[1]);
    auto op = std::make_shared<LinearOp>();
    std::vector<Tensor> inputs { x, weight };
    if (bias) {
        require(bias->shape == Shape { weight.shape[0] }, "linear: bias must be [{}] but is {}", weight.shape[0], bias->shape);
        op->bias = true;
        inputs.push_back(*bias);
    }
    return x.graph->add(std::move(op), std::move(inputs), x.dtype, x.shape.with(-1, weight.shape[0]));
}

}
