// SPDX-License-Identifier: Apache-2.0
BEGIN_PARAMS
struct GegluParams {
    Address x, out_address;
    uint count;           // of invocations: output elements / VECTOR
    uint channels;        // of the output, in vectors
};
END_PARAMS
