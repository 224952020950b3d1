// SPDX-License-Identifier: Apache-2.0
#include "compute/tensor/host_tensor.h"

#include <catch2/catch_test_macros.hpp>

#include <bit>
#include <cstring>
#include <cmath>
#include <limits>
#include <numeric>

using namespace igneous;

TEST_CASE("half: every finite half survives the way to float and back")
{
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
        auto const half = static_cast<std::uint16_t>(bits);
        float const value = half_to_float(half);
        if (std::isnan(value))
            continue;
        REQUIRE(float_to_half(value) == half);
    }
}

TEST_CASE("half: rounds to nearest even and overflows to infinity")
{
    CHECK(float_to_half(1.0f + 0x1p-11f) == 0x3c00);        // a tie, to even
    CHECK(float_to_half(1.0f + 3 * 0x1p-11f) == 0x3c02);    // a tie, to even
    CHECK(float_to_half(65519.0f) == 0x7bff);
    CHECK(float_to_half(65520.0f) == 0x7c00);
    CHECK(float_to_half(0x1p-25f) == 0x0000);               // half of the least subnormal: a tie, to even
    CHECK(float_to_half(0x1.8p-25f) == 0x0001);
    CHECK(std::isnan(half_to_float(float_to_half(std::numeric_limits<float>::quiet_NaN()))));
}

TEST_CASE("host tensor: NCHW to NHWC and back is the identity")
{
    HostTensor tensor(DType::f32, { 2, 3, 4, 5 });
    std::iota(tensor.f32().begin(), tensor.f32().end(), 0.0f);
    HostTensor const turned = tensor.nchw_to_nhwc();
    CHECK(turned.shape == Shape { 2, 4, 5, 3 });
    CHECK(turned.f32()[1] == 20.0f);                        // channel 1 of the first pixel
    CHECK(turned.nhwc_to_nchw().bytes == tensor.bytes);
}

TEST_CASE("host tensor: bf16 and i64 are read as they are meant")
{
    HostTensor bf(DType::bf16, { 1 });
    bf.bytes = { std::byte { 0xc0 }, std::byte { 0x3f } };
    CHECK(bf.to(DType::f32).f32()[0] == 1.5f);
    HostTensor ids(DType::i64, { 2 });
    std::int64_t const values[] = { 49407, -1 };
    std::memcpy(ids.bytes.data(), values, sizeof values);
    CHECK(ids.to(DType::i32).i32()[0] == 49407);
    CHECK(ids.to(DType::i32).i32()[1] == -1);
}
