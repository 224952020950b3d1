// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compute/graph/graph.h"

#include <optional>

namespace igneous {

struct ConvSettings {
    int stride = 1;
    int pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;   // zeros; less than 0: rows or columns left out
    int upsample = 1;            // 2: x is read as if nearest-upsampled by 2 first
    bool operator==(ConvSettings const&) const = default;
};

/// Inputs in the node: x (and x2 where `concat`), weight, then bias, channel_add, residual, the table of a norm and the
/// memory of statistics where the flags say so.
/// y = activation(conv(norm([x, x2]), weight) + bias + channel_add) + residual.
struct Conv2dOp : Op {
    ConvSettings conv;
    bool concat = false;         // set by the fusion passes: channels of x and x2 side by side, without a copy
    std::int64_t whole_height = 0;   // of the picture that y is a band of; 0: y is whole
    std::int64_t first_row = 0;      // of that picture, which y begins with
    bool bias = false;
    bool channel_add = false;    // set by the fusion passes: [N, Cout] (time embedding)
    bool residual = false;       // set by the fusion passes: [N, Ho, Wo, Cout]
    Activation activation = Activation::none;
    bool norm = false;           // set by norms_while_loading: x is normalised by the table [N, 3, Cin] of GroupNormTableOp
    Activation norm_activation = Activation::none;   // behind the norm
    bool statistics = false;     // set by statistics_while_storing: those of y, as of BoxStatisticsOp, go to their memory
    std::string_view name() const override { return "conv2d"; }
    std::string settings() const override;
};

/// 2-D cross-correlation. x [N, H, W, Cin], weight [Cout, Cin, kh, kw], bias [Cout] -> [N, Ho, Wo, Cout] with
/// Ho = (H * upsample + pad_top + pad_bottom - kh) / stride + 1.
Tensor conv2d(Tensor x, Tensor weight, std::optional<Tensor> bias, ConvSettings const& settings);

}
