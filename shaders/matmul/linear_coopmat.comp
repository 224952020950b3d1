#version 460
// SPDX-License-Identifier: Apache-2.0
// y = gate(activation(x Wᵀ + bias)) + residual, by cooperative matrices: see include/product_tiles.glsl for tile and
// grid.
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#include "include/tensor_io.glsl"
#include "include/address.glsl"
#include "matmul/linear.params.h"

layout(push_constant) uniform Push { LinearParams p; };

#define COOPMAT
#include "matmul/rows.glsl"
#include "include/rows_in_turn.glsl"
#include "include/epilogue.glsl"
#include "include/product_tiles.glsl"
