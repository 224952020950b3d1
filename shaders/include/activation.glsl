// SPDX-License-Identifier: Apache-2.0
// Activation functions in f32, numbered as enum Activation in compute/graph/op.h. `kind` is meant to be a
// specialization constant: what is not asked for is folded away.
#ifndef IGNEOUS_ACTIVATION_GLSL
#define IGNEOUS_ACTIVATION_GLSL

const uint ACTIVATION_NONE = 0;
const uint ACTIVATION_SILU = 1;
const uint ACTIVATION_GELU = 2;
const uint ACTIVATION_QUICK_GELU = 3;
const uint ACTIVATION_RELU = 4;
const uint ACTIVATION_TANH = 5;

float sigmoid(float x) { return 1.0 / (1.0 + exp(-x)); }
float silu(float x) { return x / (1.0 + exp(-x)); }
float quick_gelu(float x) { return x / (1.0 + exp(-1.702 * x)); }

// Half of erfc(z), z >= 0, within 1e-7.
//   z < 1: Abramowitz & Stegun 7.1.5, erf(z) = 2/sqrt(pi) sum (-1)^n z^(2n+1) / (n! (2n+1)), up to n = 10 (rest < 2e-9)
//   else:  exp(-z^2) P(z) / Q(z) of Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23
//          (1969); all terms are positive, so f32 holds their relative error near 1e-6 of a value below 0.08.
float half_erfc(float z)
{
    if (z < 1.0) {
        float q = z * z;
        float s = 1.0 / 76204800.0;
        s = s * q - 1.0 / 6894720.0;
        s = s * q + 1.0 / 685440.0;
        s = s * q - 1.0 / 75600.0;
        s = s * q + 1.0 / 9360.0;
        s = s * q - 1.0 / 1320.0;
        s = s * q + 1.0 / 216.0;
        s = s * q - 1.0 / 42.0;
        s = s * q + 1.0 / 10.0;
        s = s * q - 1.0 / 3.0;
        s = s * q + 1.0;
        return 0.5 - 0.5641895835 * z * s;
    }
    z = min(z, 12.0);              // exp(-144) is zero in f32; P and Q stay finite
    float p = 2.15311535474403846e-8;
    p = p * z + 5.64188496988670089e-1;
    p = p * z + 8.88314979438837594;
    p = p * z + 6.61191906371416295e1;
    p = p * z + 2.98635138197400131e2;
    p = p * z + 8.81952221241769090e2;
    p = p * z + 1.71204761263407058e3;
    p = p * z + 2.05107837782607147e3;
    p = p * z + 1.23033935479799725e3;
    float q = z + 1.57449261107098347e1;
    q = q * z + 1.17693950891312499e2;
    q = q * z + 5.37181101862009858e2;
    q = q * z + 1.62138957456669019e3;
    q = q * z + 3.29079923573345963e3;
    q = q * z + 4.36261909014324716e3;
    q = q * z + 3.43936767414372164e3;
    q = q * z + 1.23033935480374942e3;
    return 0.5 * exp(-z * z) * (p / q);
}

// x Phi(x) = x (1 + erf(x / sqrt 2)) / 2: the exact GELU.
float gelu(float x)
{
    float tail = half_erfc(abs(x) * 0.70710678118654752);
    return x * (x < 0.0 ? tail : 1.0 - tail);
}

float accurate_tanh(float x)
{
    float z = abs(x);
    float q = x * x;
    float small = z * (1.0 + q * (-1.0 / 3.0 + q * (2.0 / 15.0 + q * (-17.0 / 315.0 + q * (62.0 / 2835.0)))));
    float large = 1.0 - 2.0 / (exp(2.0 * z) + 1.0);
    float y = z < 0.25 ? small : large;
    return x < 0.0 ? -y : y;
}

float activate(float x, uint kind)
{
    if (kind == ACTIVATION_SILU)
        return silu(x);
    if (kind == ACTIVATION_GELU)
        return gelu(x);
    if (kind == ACTIVATION_QUICK_GELU)
        return quick_gelu(x);
    if (kind == ACTIVATION_RELU)
        return max(x, 0.0);
    if (kind == ACTIVATION_TANH)
        return accurate_tanh(x);
    return x;
}

vec4 activate4(vec4 v, uint kind)
{
    if (kind == ACTIVATION_NONE)
        return v;
    return vec4(activate(v.x, kind), activate(v.y, kind), activate(v.z, kind), activate(v.w, kind));
}

#endif
