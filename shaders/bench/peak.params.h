// SPDX-License-Identifier: Apache-2.0
BEGIN_PARAMS
struct PeakParams {
    Address out_address;       // of one float a workgroup
    uint rounds;
    float seed;
};
const uint FMA_CHAINS = 5, FMA_DEPTH = 16;     // of a round of bench/fma_peak
END_PARAMS
