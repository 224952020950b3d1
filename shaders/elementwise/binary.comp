#version 460
// SPDX-License-Identifier: Apache-2.0
// y = activation(a + b) or activation(a * b), b broadcast to a. One invocation makes VECTOR (1 or 4) neighbours; b's
// place is found from a's coordinates, of which there are RANK after merging.
#include "include/tensor_io.glsl"
#include "include/activation.glsl"
#include "elementwise/binary.params.h"

layout(constant_id = 0) const uint WORKGROUP = 128;
layout(constant_id = 1) const uint ACTIVATION = 0;
layout(constant_id = 2) const uint MULTIPLY = 0;
layout(constant_id = 3) const uint RANK = 1;
layout(constant_id = 4) const uint VECTOR = 1;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { BinaryParams p; };

#if defined(B_f16)
#define load_b load_f16
#define load4_b load4_f16
#else
#define load_b load_f32
#define load4_b load4_f32
#endif

vec4 combine(vec4 a, vec4 b) { return activate4(MULTIPLY != 0 ? a * b : a + b, ACTIVATION); }

void main()
{
    uint i = flat_workgroup() * WORKGROUP + gl_LocalInvocationID.x;
    if (i >= p.count)
        return;
    uint rest = i, at = 0;
    [[unroll]] for (uint d = 0; d + 1 < RANK; ++d) {
        uint coordinate = rest % p.extents[d];
        rest /= p.extents[d];
        at += coordinate * p.strides[d] * (d == 0 ? VECTOR : 1);
    }
    at += rest * p.strides[RANK - 1] * (RANK == 1 ? VECTOR : 1);
    if (VECTOR == 4) {
        vec4 b = p.strides[0] == 0 ? vec4(load_b(p.b, at)) : load4_b(p.b, at / 4);
        store4(p.out_address, i, combine(load4(p.a, i), b));
    } else
        store(p.out_address, i, combine(vec4(load(p.a, i)), vec4(load_b(p.b, at))).x);
}
