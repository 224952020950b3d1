#version 460
// SPDX-License-Identifier: Apache-2.0
// y = gate(activation(x Wᵀ + bias)) + residual, for CPU drivers: see include/product_lanes.glsl for tile and grid.
#include "include/tensor_io.glsl"
#include "include/address.glsl"
#include "include/lanes.glsl"
#include "matmul/linear.params.h"

layout(push_constant) uniform Push { LinearParams p; };

#include "matmul/rows.glsl"
#include "include/epilogue.glsl"
#include "include/product_lanes.glsl"
