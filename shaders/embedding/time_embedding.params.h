// SPDX-License-Identifier: Apache-2.0
BEGIN_PARAMS
struct TimeEmbeddingParams {
    Address t, out_address;
    uint count;                   // of invocations: images * (half + odd channel)
    uint channels, half_channels;
    uint cos_first;
    float ratio_high, ratio_low;  // max_period^(-1 / (half - freq_shift)) as a sum of two floats
    float turn_high, turn_low;    // 1 / (2 pi) likewise
};
END_PARAMS
