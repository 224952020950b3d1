// SPDX-License-Identifier: Apache-2.0
// The dialect of all kernels: f32, f16 and i32 elements in memory behind plain addresses, f32 in registers.
//
//   load_f32(a, i) load_f16(a, i) load_i32(a, i)      element i of the tensor at address a (i32: as int)
//   store_f32(a, i, v) store_f16(a, i, v)             f16 rounds to nearest even
//   load4_*, store4_*                                 elements 4i .. 4i+3 as a vec4
//   load, load4, store, store4                        the axis STORAGE of add_kernel; store uses OUT where there is one
//
// A kernel declares `layout(push_constant) uniform Push { FooParams p; };` and reads addresses from p. Nothing is
// bounds-checked: kernels guard every access by their own extents.
#ifndef IGNEOUS_TENSOR_IO_GLSL
#define IGNEOUS_TENSOR_IO_GLSL

#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require
#extension GL_EXT_scalar_block_layout : require
#extension GL_EXT_shader_16bit_storage : require
#extension GL_EXT_control_flow_attributes : enable

#include "include/params.h"

layout(buffer_reference, scalar, buffer_reference_align = 4) buffer F32Elements { float at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 2) buffer F16Elements { float16_t at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 4) buffer I32Elements { int at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 16) buffer F32Vectors { vec4 at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 8) buffer F16Vectors { f16vec4 at[]; };

layout(buffer_reference, scalar, buffer_reference_align = 2) buffer U16Elements { uint16_t at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 8) buffer U16Vectors { uvec2 at[]; };

// What a kernel stores. READS_BACK: other invocations of its workgroup read it, behind a barrier.
#ifdef READS_BACK
#define STORED coherent
#else
#define STORED
#endif
layout(buffer_reference, scalar, buffer_reference_align = 4) STORED buffer F32Stored { float at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 2) STORED buffer F16Stored { float16_t at[]; };

// Set on CPU drivers (compute/device/pipelines.cpp), where an element that a lane reads or writes is an instruction or
// four whatever its size, and rounding to f16 is a branch for each range of values.
layout(constant_id = 60) const bool ON_CPU = false;

bool is_null(Address a) { return (a.x | a.y) == 0; }

float load_f32(Address a, uint i) { return F32Elements(a).at[i]; }
float load_f16(Address a, uint i) { return float(F16Elements(a).at[i]); }
int load_i32(Address a, uint i) { return I32Elements(a).at[i]; }
vec4 load4_f32(Address a, uint i) { return F32Vectors(a).at[i]; }
vec4 load4_f16(Address a, uint i)
{
    if (!ON_CPU)
        return vec4(F16Vectors(a).at[i]);
    uvec2 pairs = U16Vectors(a).at[i];
    return vec4(unpackHalf2x16(pairs.x), unpackHalf2x16(pairs.y));
}

/// The bits of v as f16, rounded to nearest even. What is less than 2^-14 becomes a multiple of 2^-24 by adding 0.5,
/// whose last bit that is; else the exponent moves by 112 and rounding carries into it.
uint half_bits(float v)
{
    uint bits = floatBitsToUint(v), sign = bits & 0x80000000u, size = bits ^ sign;
    uint tiny = floatBitsToUint(uintBitsToFloat(size) + 0.5) - 0x3f000000u;
    uint usual = (size - (112u << 23) + 0xfffu + ((size >> 13) & 1u)) >> 13;
    uint huge = size > 0x7f800000u ? 0x7e00u : 0x7c00u;      // NaN, infinity
    return (size < 0x38800000u ? tiny : size >= 0x47800000u ? huge : usual) | (sign >> 16);
}

uint pair_bits(vec2 v) { return half_bits(v.x) | (half_bits(v.y) << 16); }

void store_f32(Address a, uint i, float v) { F32Stored(a).at[i] = v; }
void store_f16(Address a, uint i, float v)
{
    if (ON_CPU)
        U16Elements(a).at[i] = uint16_t(half_bits(v));
    else
        F16Stored(a).at[i] = float16_t(v);
}
void store4_f32(Address a, uint i, vec4 v) { F32Vectors(a).at[i] = v; }
void store4_f16(Address a, uint i, vec4 v)
{
    if (ON_CPU)
        U16Vectors(a).at[i] = uvec2(pair_bits(v.xy), pair_bits(v.zw));
    else
        F16Vectors(a).at[i] = f16vec4(v);
}

#if defined(STORAGE_f16)
#define load load_f16
#define load4 load4_f16
#elif defined(STORAGE_f32)
#define load load_f32
#define load4 load4_f32
#endif

#if defined(OUT_f16) || (!defined(OUT_f32) && defined(STORAGE_f16))
#define store store_f16
#define store4 store4_f16
#elif defined(OUT_f32) || defined(STORAGE_f32)
#define store store_f32
#define store4 store4_f32
#endif

/// Number of this workgroup in a grid that grid_for() of compute/kernels/grid.h folded into two dimensions.
uint flat_workgroup() { return gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x; }

#endif
