// SPDX-License-Identifier: Apache-2.0
BEGIN_PARAMS
struct UnaryParams {
    Address x, out_address;
    uint count;
    float multiply, offset;
};
END_PARAMS
