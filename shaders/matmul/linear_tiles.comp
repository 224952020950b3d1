#version 460
// SPDX-License-Identifier: Apache-2.0
// y = gate(activation(x Wᵀ + bias)) + residual, for any GPU: see include/product_tiles.glsl for tile and grid.
#include "include/tensor_io.glsl"
#include "include/address.glsl"
#include "matmul/linear.params.h"

layout(push_constant) uniform Push { LinearParams p; };

#include "matmul/rows.glsl"
#include "include/rows_in_turn.glsl"
#include "include/epilogue.glsl"
#include "include/product_tiles.glsl"
