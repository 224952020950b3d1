// SPDX-License-Identifier: Apache-2.0
BEGIN_PARAMS
struct ModelInputParams {
    Address x, factors, out_address;
    uint count;           // elements of x
    uint copies;
};
END_PARAMS
