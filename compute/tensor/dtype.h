// SPDX-License-Identifier: Apache-2.0
#pragma once

// Element types. f16 and f32 are computed with; the rest is storage in files or indices.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace igneous {

enum class DType : std::uint8_t { f32, f16, bf16, f64, i64, i32, u8 };

constexpr std::size_t size_of(DType type)
{
    switch (type) {
    case DType::f64:
    case DType::i64: return 8;
    case DType::f32:
    case DType::i32: return 4;
    case DType::f16:
    case DType::bf16: return 2;
    case DType::u8: return 1;
    }
    return 0;
}

/// "f32", "f16", ...: also the spelling in shader names.
constexpr std::string_view name_of(DType type)
{
    switch (type) {
    case DType::f32: return "f32";
    case DType::f16: return "f16";
    case DType::bf16: return "bf16";
    case DType::f64: return "f64";
    case DType::i64: return "i64";
    case DType::i32: return "i32";
    case DType::u8: return "u8";
    }
    return "?";
}

}
