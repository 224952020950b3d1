// SPDX-License-Identifier: Apache-2.0
BEGIN_PARAMS
struct PeakParams {
    Address out_address;       // of one float a workgroup
    uint rounds;
    float seed;
};
END_PARAMS
