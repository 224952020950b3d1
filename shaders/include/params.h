// SPDX-License-Identifier: Apache-2.0
// Words of the structs that GLSL and C++ share (shaders/<family>/<kernel>.params.h). Such a struct holds only
// `Address`, `uint`, `int` and `float` fields and arrays of those, addresses first, so that C++ and std430 lay it out
// alike:
//
//     BEGIN_PARAMS
//     struct GegluParams { Address x, out_address; uint rows, channels; };
//     END_PARAMS
//
// It includes nothing: GLSL includes include/tensor_io.glsl before it, C++ includes compute/kernels/grid.h before it.
#ifndef IGNEOUS_PARAMS_H
#define IGNEOUS_PARAMS_H

#ifdef __cplusplus
#include <cstdint>
#define BEGIN_PARAMS namespace igneous::params {
#define END_PARAMS }
namespace igneous::params {
using uint = std::uint32_t;
using Address = std::uint64_t;     // a device address; zero: nothing there
}
#else
#define BEGIN_PARAMS
#define END_PARAMS
#define Address uvec2              // 8-byte aligned in std430, and needs no 64-bit integers in the shader
#endif

#endif
