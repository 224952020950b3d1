// SPDX-License-Identifier: Apache-2.0
// The SPIR-V that add_kernel() of cmake/AddKernel.cmake compiled and linked into the program. A module is named by its
// kernel's path and its choices in the order of the axes: "norm/group_norm.f16.silu". A kernel whose GLSL extension the
// building machine's glslc lacked is not there: callers treat an empty span as "this variant does not exist".
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace igneous {

struct ShaderEntry {
    std::string_view name;
    std::span<std::uint32_t const> code;
};

/// The module of that name, or an empty span.
std::span<std::uint32_t const> find_shader(std::string_view name);

/// Every module, sorted by name.
std::span<ShaderEntry const> all_shaders();

}
