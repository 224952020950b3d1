#version 460
// SPDX-License-Identifier: Apache-2.0
// The end of a product whose sum along k was split among workgroups (include/product_tiles.glsl): parts are added up in
// their order, then what every product ends with. One invocation each for two neighbouring columns of a row.
#include "include/tensor_io.glsl"
#include "matmul/product_sum.params.h"

layout(constant_id = 0) const uint WORKGROUP = 128;
layout(local_size_x_id = 0) in;
layout(constant_id = 2) const uint PARTS = 2;
layout(push_constant) uniform Push { ProductSumParams p; };

#define HAS_CHANNEL_ADD
#include "include/epilogue.glsl"

void main()
{
    uint pairs = (p.columns + 1) / 2;
    uint pair = flat_workgroup() * WORKGROUP + gl_LocalInvocationID.x;
    if (pair >= p.rows * pairs)
        return;
    uint row = pair / pairs, column = (pair - row * pairs) * 2;
    uint second = min(column + 1, p.columns - 1);
    vec2 sum = vec2(0);
    [[unroll]] for (uint i = 0; i < PARTS; ++i) {
        uint at = (i * p.rows + row) * p.columns;
        sum += vec2(load_f32(p.parts, at + column), load_f32(p.parts, at + second));
    }
    store_pair(row, row / p.image_rows, column, sum.x, sum.y);
}
