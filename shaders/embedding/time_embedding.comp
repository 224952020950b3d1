#version 460
// SPDX-License-Identifier: Apache-2.0
// y[n] = [sin(t f_i), cos(t f_i)] (or cos first), f_i = max_period^(-i / (half - shift)), i < half; an odd last channel
// is zero. One invocation makes one (n, i).
//
// t f_i goes up to thousands of radians, where f32 holds an angle to 3e-5 at best and drivers reduce it in their own
// ways. So angles are counted in turns, in pairs of floats (Dekker 1971: sums of products without rounding), whole
// turns are taken off exactly, and sine and cosine come from their series on [-pi/4, pi/4]. `precise` keeps the
// compiler from contracting what the pairs depend on.
#include "include/tensor_io.glsl"
#include "embedding/time_embedding.params.h"

layout(constant_id = 0) const uint WORKGROUP = 64;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { TimeEmbeddingParams p; };

vec2 exact_product(float a, float b)
{
    precise float product = a * b;
    precise float ca = 4097.0 * a, cb = 4097.0 * b;
    precise float a_high = ca - (ca - a), b_high = cb - (cb - b);
    precise float a_low = a - a_high, b_low = b - b_high;
    precise float rest = a_high * b_high - product;
    rest = rest + a_high * b_low;
    rest = rest + a_low * b_high;
    rest = rest + a_low * b_low;
    return vec2(product, rest);
}

vec2 pair_product(vec2 a, vec2 b)
{
    vec2 product = exact_product(a.x, b.x);
    precise float low = product.y + (a.x * b.y + a.y * b.x);
    precise float high = product.x + low;
    precise float rest = low - (high - product.x);
    return vec2(high, rest);
}

void main()
{
    uint i = gl_WorkGroupID.x * WORKGROUP + gl_LocalInvocationID.x;
    if (i >= p.count)
        return;
    uint each = p.half_channels + (p.channels & 1);
    uint n = i / each;
    uint k = i - n * each;
    uint base = n * p.channels;
    if (k == p.half_channels) {
        store_f32(p.out_address, base + p.channels - 1, 0.0);
        return;
    }

    vec2 turns_per_t = vec2(p.turn_high, p.turn_low);
    vec2 power = vec2(p.ratio_high, p.ratio_low);
    for (uint bits = k; bits != 0; bits >>= 1) {
        if ((bits & 1) != 0)
            turns_per_t = pair_product(turns_per_t, power);
        power = pair_product(power, power);
    }
    float t = load_f32(p.t, n);
    vec2 turns = exact_product(t, turns_per_t.x);
    precise float fraction = turns.x - roundEven(turns.x);
    precise float low = turns.y + t * turns_per_t.y;
    fraction = fraction + low;                       // within half a turn

    float quarter = roundEven(4.0 * fraction);
    precise float rest = fraction - 0.25 * quarter;
    float z = 6.283185307179586 * rest;
    float q = z * z;
    float s = z * (1.0 + q * (-1.0 / 6.0 + q * (1.0 / 120.0 + q * (-1.0 / 5040.0 + q * (1.0 / 362880.0)))));
    float c = 1.0 + q * (-0.5 + q * (1.0 / 24.0 + q * (-1.0 / 720.0 + q * (1.0 / 40320.0 - q * (1.0 / 3628800.0)))));
    int quadrant = int(quarter) & 3;
    float sine = (quadrant & 1) == 0 ? s : c;
    float cosine = (quadrant & 1) == 0 ? c : s;
    if (quadrant >= 2)
        sine = -sine;
    if (quadrant == 1 || quadrant == 2)
        cosine = -cosine;
    store_f32(p.out_address, base + k, p.cos_first != 0 ? cosine : sine);
    store_f32(p.out_address, base + p.half_channels + k, p.cos_first != 0 ? sine : cosine);
}
