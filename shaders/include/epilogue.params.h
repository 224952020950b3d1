// SPDX-License-Identifier: Apache-2.0
// What a product does with its sums before they are stored, as one specialization constant: the lowest bits are an
// Activation (compute/graph/op.h), the rest are these.
#ifndef IGNEOUS_EPILOGUE_PARAMS_H
#define IGNEOUS_EPILOGUE_PARAMS_H

BEGIN_PARAMS
const uint EPILOGUE_ACTIVATION = 15;        // mask
const uint EPILOGUE_BIAS = 16;              // + bias[column], f32
const uint EPILOGUE_CHANNEL_ADD = 32;       // + channel_add[image][column]
const uint EPILOGUE_RESIDUAL = 64;          // + residual[row][column], last of all
const uint EPILOGUE_GEGLU = 128;            // columns are pairs (value, gate): y = value * gelu(gate)
const uint EPILOGUE_OUT_F32 = 256;          // y is f32, else f16
const uint EPILOGUE_RESIDUAL_F32 = 512;     // likewise
const uint EPILOGUE_CHANNEL_ADD_F32 = 1024; // likewise
const uint EPILOGUE_BIAS_F16 = 2048;        // the bias is an f16 activation, not a weight
END_PARAMS

#endif
