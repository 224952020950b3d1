// SPDX-License-Identifier: Apache-2.0
BEGIN_PARAMS
struct ResampleParams {
    Address x, out_address;
    uint count;                        // of invocations: output elements / VECTOR
    uint channels;                     // in vectors
    uint height, width;                // of x
    uint out_height, out_width;
};
END_PARAMS
