// SPDX-License-Identifier: Apache-2.0
#include "compute/tensor/host_tensor.h"

#include "compute/tensor/error.h"

#include <bit>
#include <cstring>

namespace igneous {

std::uint16_t float_to_half(float value)
{
    // Round to nearest even, with subnormals, infinities and NaN kept (IEEE 754 binary16).
    std::uint32_t const bits = std::bit_cast<std::uint32_t>(value);
    std::uint32_t const sign = (bits >> 16) & 0x8000u;
    std::uint32_t const magnitude = bits & 0x7fffffffu;
    if (magnitude >= 0x7f800000u)
        return static_cast<std::uint16_t>(sign | 0x7c00u | (magnitude > 0x7f800000u ? 0x200u : 0u));
    if (magnitude >= 0x477ff000u)   // rounds to 65536 or more
        return static_cast<std::uint16_t>(sign | 0x7c00u);
    if (magnitude < 0x38800000u) {
        // Adding 0.5 aligns the last subnormal bit with the last bit of a float; the addition rounds to even.
        float const aligned = std::bit_cast<float>(magnitude) + 0.5f;
        return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(aligned) - 0x3f000000u));
    }
    std::uint32_t const odd = (magnitude >> 13) & 1u;
    return static_cast<std::uint16_t>(sign | ((magnitude + 0xc8000fffu + odd) >> 13));
}

float half_to_float(std::uint16_t bits)
{
    std::uint32_t const sign = (bits & 0x8000u) << 16;
    std::uint32_t const exponent = (bits >> 10) & 0x1fu;
    std::uint32_t const fraction = bits & 0x3ffu;
    if (exponent == 0x1fu)
        return std::bit_cast<float>(sign | 0x7f800000u | (fraction << 13));
    if (exponent == 0) {
        float const value = static_cast<float>(fraction) * 0x1p-24f;
        return sign ? -value : value;
    }
    return std::bit_cast<float>(sign | ((exponent + 112u) << 23) | (fraction << 13));
}

namespace {

template<class T>
T load(std::byte const* at)
{
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

float load_as_float(DType type, std::byte const* at)
{
    switch (type) {
    case DType::f32: return load<float>(at);
    case DType::f16: return half_to_float(load<std::uint16_t>(at));
    case DType::bf16: return std::bit_cast<float>(static_cast<std::uint32_t>(load<std::uint16_t>(at)) << 16);
    case DType::f64: return static_cast<float>(load<double>(at));
    case DType::i64: return static_cast<float>(load<std::int64_t>(at));
    case DType::i32: return static_cast<float>(load<std::int32_t>(at));
    case DType::u8: return static_cast<float>(std::to_integer<unsigned>(*at));
    }
    return 0;
}

template<class Store>
void convert_with(DType from, std::byte const* source, std::size_t count, Store store)
{
    std::size_t const step = size_of(from);
    switch (from) {
    case DType::f32:
        for (std::size_t i = 0; i < count; ++i)
            store(i, load<float>(source + i * 4));
        return;
    case DType::f16:
        for (std::size_t i = 0; i < count; ++i)
            store(i, half_to_float(load<std::uint16_t>(source + i * 2)));
        return;
    default:
        for (std::size_t i = 0; i < count; ++i)
            store(i, load_as_float(from, source + i * step));
    }
}

}

void convert_elements(DType from, std::byte const* source, DType to, std::byte* target, std::size_t count)
{
    if (from == to) {
        std::memcpy(target, source, count * size_of(from));
        return;
    }
    switch (to) {
    case DType::f32:
        convert_with(from, source, count, [&](std::size_t i, float v) { std::memcpy(target + i * 4, &v, 4); });
        return;
    case DType::f16:
        convert_with(from, source, count, [&](std::size_t i, float v) {
            std::uint16_t const h = float_to_half(v);
            std::memcpy(target + i * 2, &h, 2);
        });
        return;
    case DType::bf16:
        convert_with(from, source, count, [&](std::size_t i, float v) {
            std::uint32_t const b = std::bit_cast<std::uint32_t>(v);
            bool const nan = (b & 0x7fffffffu) > 0x7f800000u;
            std::uint16_t const h = static_cast<std::uint16_t>(nan ? (b >> 16) | 0x40u : (b + 0x7fffu + ((b >> 16) & 1u)) >> 16);
            std::memcpy(target + i * 2, &h, 2);
        });
        return;
    default: fail(ErrorCode::internal, "convert_elements: cannot convert {} to {}", name_of(from), name_of(to));
    }
}

HostTensor HostTensor::from(Shape shape, std::span<float const> values)
{
    HostTensor out(DType::f32, shape);
    require(static_cast<std::int64_t>(values.size()) == shape.elements(), "HostTensor: {} values for {}", values.size(), shape);
    std::memcpy(out.bytes.data(), values.data(), values.size_bytes());
    return out;
}

HostTensor HostTensor::from(Shape shape, std::span<std::int32_t const> values)
{
    HostTensor out(DType::i32, shape);
    require(static_cast<std::int64_t>(values.size()) == shape.elements(), "HostTensor: {} values for {}", values.size(), shape);
    std::memcpy(out.bytes.data(), values.data(), values.size_bytes());
    return out;
}

std::span<float> HostTensor::f32()
{
    assert(dtype == DType::f32);
    return { reinterpret_cast<float*>(bytes.data()), bytes.size() / 4 };
}

std::span<float const> HostTensor::f32() const
{
    assert(dtype == DType::f32);
    return { reinterpret_cast<float const*>(bytes.data()), bytes.size() / 4 };
}

std::span<std::int32_t> HostTensor::i32()
{
    assert(dtype == DType::i32);
    return { reinterpret_cast<std::int32_t*>(bytes.data()), bytes.size() / 4 };
}

std::span<std::int32_t const> HostTensor::i32() const
{
    assert(dtype == DType::i32);
    return { reinterpret_cast<std::int32_t const*>(bytes.data()), bytes.size() / 4 };
}

HostTensor HostTensor::to(DType type) const
{
    HostTensor out(type, shape);
    if (type == DType::i32 && dtype == DType::i64) {
        for (std::size_t i = 0; i < bytes.size() / 8; ++i) {
            auto const value = static_cast<std::int32_t>(load<std::int64_t>(bytes.data() + i * 8));
            std::memcpy(out.bytes.data() + i * 4, &value, 4);
        }
        return out;
    }
    convert_elements(dtype, bytes.data(), type, out.bytes.data(), static_cast<std::size_t>(shape.elements()));
    return out;
}

namespace {

/// Swaps the two inner extents of [outer, a, b] -> [outer, b, a].
HostTensor swap_inner(HostTensor const& in, Shape shape, std::int64_t outer, std::int64_t a, std::int64_t b)
{
    HostTensor out(in.dtype, shape);
    std::size_t const size = size_of(in.dtype);
    for (std::int64_t n = 0; n < outer; ++n)
        for (std::int64_t i = 0; i < a; ++i)
            for (std::int64_t j = 0; j < b; ++j)
                std::memcpy(out.bytes.data() + static_cast<std::size_t>((n * b + j) * a + i) * size,
                    in.bytes.data() + static_cast<std::size_t>((n * a + i) * b + j) * size, size);
    return out;
}

}

HostTensor HostTensor::nchw_to_nhwc() const
{
    require(shape.rank() == 4, "nchw_to_nhwc: expected [N, C, H, W], got {}", shape);
    return swap_inner(*this, { shape[0], shape[2], shape[3], shape[1] }, shape[0], shape[1], shape[2] * shape[3]);
}

HostTensor HostTensor::nhwc_to_nchw() const
{
    require(shape.rank() == 4, "nhwc_to_nchw: expected [N, H, W, C], got {}", shape);
    return swap_inner(*this, { shape[0], shape[3], shape[1], shape[2] }, shape[0], shape[1] * shape[2], shape[3]);
}

}
