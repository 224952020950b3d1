// SPDX-License-Identifier: Apache-2.0
BEGIN_PARAMS
struct GatherRowsParams {
    Address table, index, out_address;
    uint count;           // of invocations: output elements / VECTOR
    uint channels;        // of a row, in vectors
    uint rows;            // an index at or past this, or below zero, gives a row of zeros
    uint batch_rows;      // row n of the output reads table rows n * batch_rows + index[n]
};
END_PARAMS
