// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compute/graph/graph.h"

#include <optional>

namespace igneous {

/// Inputs in the node: x, weight, then bias and residual where the flags say so. Epilogue order:
/// y = gate(activation(x Wᵀ + bias)) + residual.
struct LinearOp : Op {
    std::int64_t whole_height = 0;               // of the picture that y is a band of; 0: y is whole
    bool bias = false;
    bool residual = false;                       // set by the fusion passes
    Activation activation = Activation::none;    // set by the fusion passes
    bool geglu = false;                          // set by the fusion passes: weight rows [value; gate], output half as wide
    std::string_view name() const override { return "linear"; }
    std::string settings() const override;
};

/// y = x Wᵀ + b. x [..., in], weight [out, in] (or [out, in, 1, 1]), bias [out] -> [..., out].
Tensor linear(Tensor x, Tensor weight, std::optional<Tensor> bias = {});

}
