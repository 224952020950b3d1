#version 460
// SPDX-License-Identifier: Apache-2.0
// y = activation(conv(norm([x, x2]), W) + bias + channel_add) + residual, 3 x 3 without stride, as an implicit product of
// boxes of output pixels and (tap, channel), for any GPU: see include/product_tiles.glsl for tile and grid.
#define READS_BACK
#include "include/tensor_io.glsl"
#include "include/address.glsl"
#include "conv/conv2d.params.h"

layout(push_constant) uniform Push { Conv2dParams p; };

#define HAS_CHANNEL_ADD
#include "conv/boxes.glsl"
#include "include/epilogue.glsl"
#include "include/product_tiles.glsl"
