// SPDX-License-Identifier: Apache-2.0
BEGIN_PARAMS
struct MaskedBlendParams {
    Address a, b, mask, out_address;
    uint count;           // elements of a
    uint channels;
};
END_PARAMS
