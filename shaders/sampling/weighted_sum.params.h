// SPDX-License-Identifier: Apache-2.0
BEGIN_PARAMS
struct WeightedSumParams {
    Address out_address;
    Address terms[6];
    float coefficients[6];
    uint count;           // elements
    uint term_count;
};
END_PARAMS
