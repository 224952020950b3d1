// SPDX-License-Identifier: Apache-2.0
BEGIN_PARAMS
struct GuideParams {
    Address x, prediction, factors, out_address;
    uint count;           // elements of x
    uint copies;          // 2: prediction is [unconditional; conditional]; 1: conditional
};
END_PARAMS
