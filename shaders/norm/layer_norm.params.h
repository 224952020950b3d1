// SPDX-License-Identifier: Apache-2.0
BEGIN_PARAMS
struct LayerNormParams {
    Address x, scale, shift, out_address;
    uint rows, channels;
    float eps;
};
END_PARAMS
