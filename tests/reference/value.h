// SPDX-License-Identifier: Apache-2.0
#pragma once

// A tensor of the reference: f64, dense, row-major. Integers are held as they are.

#include "compute/tensor/host_tensor.h"
#include "compute/tensor/shape.h"

#include <map>
#include <string>
#include <vector>

namespace igneous::reference {

struct Value {
    Shape shape;
    std::vector<double> at;

    Value() = default;
    explicit Value(Shape extents)
        : shape(extents)
        , at(static_cast<std::size_t>(extents.elements()))
    {
    }
    std::size_t size() const { return at.size(); }
    double& operator[](std::size_t i) { return at[i]; }
    double operator[](std::size_t i) const { return at[i]; }
};

using Values = std::map<std::string, Value>;

Value from_host(HostTensor const& tensor);

/// Extent `i` (negative: from the innermost) as an index type.
inline std::size_t extent(Value const& v, int i) { return static_cast<std::size_t>(v.shape[i]); }
inline std::size_t channels(Value const& v) { return static_cast<std::size_t>(v.shape.channels()); }
inline std::size_t rows(Value const& v) { return static_cast<std::size_t>(v.shape.rows()); }

}
