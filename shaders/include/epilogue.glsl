// SPDX-License-Identifier: Apache-2.0
// The end of a product: y = geglu(activation(sum + bias + channel_add)) + residual, by the bits of EPILOGUE. Wants the
// push constants `p`, and `channel_add` only where the kernel defines HAS_CHANNEL_ADD.

#include "include/activation.glsl"
#include "include/epilogue.params.h"

layout(constant_id = 1) const uint EPILOGUE = 0;

float load_either(Address a, uint i, bool is_f32)
{
    if (is_f32)
        return load_f32(a, i);
    return load_f16(a, i);
}

/// Sum of one column with its addends, before the activation. `column` counts in the packed weight: with GEGLU even
/// columns are values, odd ones gates.
float add_bias(float sum, uint image, uint column)
{
    if ((EPILOGUE & EPILOGUE_BIAS) != 0) {
        uint source = column;
        if ((EPILOGUE & EPILOGUE_GEGLU) != 0)
            source = (column >> 1) + (column & 1) * (p.columns >> 1);
        // Clamped although callers never end columns past the last: lavapipe runs uniform loads of branches not taken.
        sum += load_either(p.bias, min(source, p.columns - 1), (EPILOGUE & EPILOGUE_BIAS_F16) == 0);
    }
#ifdef HAS_CHANNEL_ADD
    if ((EPILOGUE & EPILOGUE_CHANNEL_ADD) != 0)
        sum += load_either(p.channel_add, image * p.columns + column, (EPILOGUE & EPILOGUE_CHANNEL_ADD_F32) != 0);
#endif
    return sum;
}

float add_residual(uint at, float v)
{
    if ((EPILOGUE & EPILOGUE_RESIDUAL) != 0)
        v += load_either(p.residual, at, (EPILOGUE & EPILOGUE_RESIDUAL_F32) != 0);
    return v;
}

void store_sum(uint at, float v)
{
    v = add_residual(at, v);
    if ((EPILOGUE & EPILOGUE_OUT_F32) != 0)
        store_f32(p.y, at, v);
    else
        store_f16(p.y, at, v);
}

/// Ends and stores two neighbouring columns of a row, `column` even: two results, or one with GEGLU.
void store_pair(uint row, uint image, uint column, float first, float second)
{
    first = add_bias(first, image, column);
    if ((EPILOGUE & EPILOGUE_GEGLU) != 0) {
        second = add_bias(second, image, column + 1);
        store_sum(row * (p.columns >> 1) + (column >> 1), first * gelu(second));
        return;
    }
    uint at = row * p.columns + column;
    store_sum(at, activate(first, EPILOGUE & EPILOGUE_ACTIVATION));
    if (column + 1 < p.columns) {
        second = add_bias(second, image, column + 1);
        store_sum(at + 1, activate(second, EPILOGUE & EPILOGUE_ACTIVATION));
    }
}
