// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compute/graph/graph.h"

namespace igneous {

/// y = activation(x * multiply + offset). Input: x. Also the cast: the output's type may differ from x's.
struct UnaryOp : Op {
    Activation activation = Activation::none;
    float multiply = 1, offset = 0;
    std::string_view name() const override { return "unary"; }
    std::string settings() const override;
};

/// y = activation(a (+ or *) b). Inputs: a, b; b is broadcast: its extents, aligned at the innermost, are a's or 1.
struct BinaryOp : Op {
    enum class Kind : std::uint32_t { add, multiply } kind = Kind::add;
    Activation activation = Activation::none;    // set by the fusion passes
    std::string_view name() const override { return "binary"; }
    std::string settings() const override;
};

/// x [..., 2C] -> x[..., :C] * gelu(x[..., C:]), value first, gate second (diffusers' order).
struct GegluOp : Op {
    std::string_view name() const override { return "geglu"; }
};

Tensor activate(Tensor x, Activation activation);
inline Tensor silu(Tensor x) { return activate(x, Activation::silu); }
Tensor affine(Tensor x, float multiply, float offset = 0);
Tensor cast(Tensor x, DType dtype);          // x itself when it has that type
/// a + b with b broadcast to a: [N, 1, 1, C] to [N, H, W, C], [L, C] to [N, L, C], [C] to anything.
Tensor add(Tensor a, Tensor b);
Tensor multiply(Tensor a, Tensor b);
inline Tensor operator+(Tensor a, Tensor b) { return add(a, b); }
inline Tensor operator*(Tensor a, Tensor b) { return multiply(a, b); }
Tensor geglu(Tensor x);

}
