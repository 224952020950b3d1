// SPDX-License-Identifier: Apache-2.0
#include "compute/ops/elementwise.h"

namespace igneous {

std::string UnaryOp::settings() const
{
    return std::format("activation={} multiply={} offset={}", name_of(activation), multiply, offset);
}

std::string BinaryOp::settings() const
{
    return std::format("kind={} activation={}", kind == Kind::add ? "add" : "multiply", name_of(activation));
}

namespace {

Tensor unary(Tensor x, Activation activation, float multiply, float offset, DType dtype)
{
    auto op = std::make_shared<UnaryOp>();
    op->activation = activation;
    op->multiply = multiply;
    op->offset = offset;
    return x.graph->add(std::move(op), { x }, dtype, x.shape);
}

Tensor binary(std::string_view who, BinaryOp::Kind kind, Tensor a, Tensor b)
{
    bool fits = b.shape.rank() <= a.shape.rank();
    for (int i = 1; fits && i <= static_cast<int>(b.shape.rank()); ++i)
        fits = b.shape[-i] == a.shape[-i] || b.shape[-i] == 1;
    require(fits, "{}: b {} cannot be broadcast to a {}", who, b.shape, a.shape);
    bool const weight = b.graph->nodes()[b.node].weight != nullptr;
    require(weight || a.dtype == b.dtype, "{}: a is {} and b is {}; cast one", who, name_of(a.dtype), name_of(b.dtype));
    auto op = std::make_shared<BinaryOp>();
    op->kind = kind;
    return a.graph->add(std::move(op), { a, b }, a.dtype, a.shape);
}

}

Tensor activate(Tensor x, Activation activation)
{
    return activation == Activation::none ? x : unary(x, activation, 1, 0, x.dtype);
}

Tensor affine(Tensor x, float multiply, float offset)
{
    return unary(x, Activation::none, multiply, offset, x.dtype);
}

Tensor cast(Tensor x, DType dtype)
{
    return x.dtype == dtype ? x : unary(x, Activation::none, 1, 0, dtype);
}

Tensor add(Tensor a, Tensor b)
{
    return binary("add", BinaryOp::Kind::add, a, b);
}

Tensor multiply(Tensor a, Tensor b)
{
    return binary("multiply", BinaryOp::Kind::multiply, a, b);
}

Tensor geglu(Tensor x)
{
    require(x.shape.channels() % 2 == 0, "geglu: x must have an even number of channels but is {}", x.shape);
    return x.graph->add(std::make_shared<GegluOp>(), { x }, x.dtype, x.shape.with(-1, x.shape.channels() / 2));
}

}
