// SPDX-License-Identifier: Apache-2.0
#pragma once

// A tensor in host memory: what goes into a Program and what comes out of one, and what files hold.

#include "compute/tensor/dtype.h"
#include "compute/tensor/shape.h"

#include <span>
#include <vector>

namespace igneous {

struct HostTensor {
    DType dtype = DType::f32;
    Shape shape;
    std::vector<std::byte> bytes;   // dense, row-major

    HostTensor() = default;
    HostTensor(DType type, Shape extents)
        : dtype(type)
        , shape(extents)
        , bytes(static_cast<std::size_t>(extents.elements()) * size_of(type))
    {
    }
    static HostTensor from(Shape shape, std::span<float const> values);
    static HostTensor from(Shape shape, std::span<std::int32_t const> values);

    std::span<float> f32();                  // asserts dtype == f32
    std::span<float const> f32() const;
    std::span<std::int32_t> i32();
    std::span<std::int32_t const> i32() const;

    /// The same values as another type; f16 rounds to nearest even, bf16 likewise.
    HostTensor to(DType type) const;
    /// [N, C, H, W] -> [N, H, W, C] and back: the edge between the field's files and the engine's layout.
    HostTensor nchw_to_nhwc() const;
    HostTensor nhwc_to_nchw() const;
};

/// Converts `count` elements between any of f32, f16, bf16, f64 (source) and f32, f16 (target).
void convert_elements(DType from, std::byte const* source, DType to, std::byte* target, std::size_t count);

std::uint16_t float_to_half(float value);
float half_to_float(std::uint16_t bits);

}
