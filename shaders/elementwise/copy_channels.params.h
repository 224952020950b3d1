// SPDX-License-Identifier: Apache-2.0
BEGIN_PARAMS
struct CopyChannelsParams {
    Address x, out_address;
    uint count;                        // of invocations: copied elements / VECTOR
    uint channels;                     // copied of each row; this and all below in vectors
    uint x_begin, x_stride;            // first channel and channels of a row of x
    uint out_begin, out_stride;        // of the output
};
END_PARAMS
