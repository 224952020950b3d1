// SPDX-License-Identifier: Apache-2.0
#include "compute/ops/conv2d.h"

namespace igneous {

std::string Conv2dOp::settings() const
{
    std::string const band = whole_height ? std::format(" rows={}..of={}", first_row, whole_height) : "";
    std::string const normalised = norm ? std::format(" norm={}", name_of(norm_activation)) : "";
    return std::format("stride={} pad={},{},{},{} upsample={} concat={} bias={} channel_add={} activation={} residual={}{}{}{}",
        conv.stride, conv.pad_top, conv.pad_left, conv.pad_bottom, conv.pad_right, conv.upsample, concat, bias, channel_add,
        name_of(activation), residual, band, normalised, statistics ? " statistics" : "");
}

Tensor conv2d(Tensor x, Tensor weight, std::optional<Tensor> bias, ConvSettings const& settings)
{
    require(x.shape.rank() == 4, "conv2d: x must be [N, H, W, C] but is {}", x.shape);
    require(weight.shape.rank() == 4, "conv2d: weight must be [out, in, kh, kw] but is {}", weight.shape);
    require(x.shape[3] == weight.shape[1], "conv2d: x {} has {} channels, weight {} takes {}", x.shape, x.shape[3],
        weight.shape, weight.shape[1]);
    require(settings.stride >= 1 && settings.upsample >= 1 && settings.upsample <= 2,
        "conv2d: stride must be at least 1 and upsample 1 or 2 but they are {} and {}", settings.stride, settings.upsample);
    std::int64_t const height = x.shape[1] * settings.upsample + settings.pad_top + settings.pad_bottom - weight.shape[2];
    std::int64_t const width = x.shape[2] * settings.upsample + settings.pad_left + settings.pad_right - weight.shape[3];
    require(height >= 0 && width >= 0, "conv2d: x {} is smaller than the kernel of weight {}", x.shape, weight.shape);
    auto op = std::make_shared<Conv2dOp>();
    op->conv = settings;
    std::vector<Tensor> inputs { x, weight };
    if (bias) {
        require(bias->shape == Shape { weight.shape[0] }, "conv2d: bias must be [{}] but is {}", weight.shape[0], bias->shape);
        op->bias = true;
        inputs.push_back(*bias);
    }
    Shape const out { x.shape[0], height / settings.stride + 1, width / settings.stride + 1, weight.shape[0] };
    return x.graph->add(std::move(op), std::move(inputs), x.dtype, out);
}

}
