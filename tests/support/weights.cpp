// SPDX-License-Identifier: Apache-2.0
#include "tests/support/weights.h"

#include <cassert>

namespace igneous::test {

Weight make_weight(std::string name, Shape shape, std::span<float const> values, DType dtype)
{
    assert(static_cast<std::int64_t>(values.size()) == shape.elements() && "make_weight: one value an element");
    auto const bytes = std::make_shared<std::vector<std::byte>>(values.size() * size_of(dtype));
    convert_elements(
        DType::f32, reinterpret_cast<std::byte const*>(values.data()), dtype, bytes->data(), values.size());
    auto source = std::make_shared<WeightSource>();
    source->name = std::move(name);
    source->dtype = dtype;
    source->shape = shape;
    source->bytes = *bytes;
    source->owner = bytes;
    return source;
}

}
