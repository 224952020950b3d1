// SPDX-License-Identifier: Apache-2.0
// What a group's partials come to, and what a norm makes of a value. Each kernel that normalises goes through these, so
// that all of them give the same bits.
#ifndef IGNEOUS_JOINED_GLSL
#define IGNEOUS_JOINED_GLSL

/// Mean, and 1 / sqrt(variance + eps), from `count` partials behind element 3 * `base`: the weighted mean first, then
/// the squares around it.
vec2 join_partials(Address partials, uint base, uint count, float eps)
{
    float values = 0, weighted = 0;
    for (uint i = 0; i < count; ++i) {
        float n = load_f32(partials, 3 * (base + i));
        values += n;
        weighted += n * load_f32(partials, 3 * (base + i) + 1);
    }
    float mean = weighted / values;
    float squares = 0;
    for (uint i = 0; i < count; ++i) {
        float step = load_f32(partials, 3 * (base + i) + 1) - mean;
        squares += load_f32(partials, 3 * (base + i) + 2) + load_f32(partials, 3 * (base + i)) * step * step;
    }
    return vec2(mean, 1.0 / sqrt(squares / values + eps));
}

vec4 normalise(vec4 x, vec4 mean, vec4 factor, vec4 shift)
{
    precise vec4 y = (x - mean) * factor + shift;
    return y;
}

#endif
