// SPDX-License-Identifier: Apache-2.0
#ifndef IGNEOUS_LINEAR_PARAMS_H
#define IGNEOUS_LINEAR_PARAMS_H

BEGIN_PARAMS
struct LinearParams {
    Address x;             // [rows, channels]
    Address weight;        // packed: [panel][channel][column of the panel] (compute/kernels/matmul/pack_panels.cpp)
    Address bias;          // [columns]
    Address residual;      // [rows, out_columns]
    Address y;             // [rows, out_columns]
    uint base_row;         // first row of this dispatch
    uint rows;             // of all dispatches together
    uint columns;          // of the product: 2 * out_columns with GEGLU
    uint channels;
    uint padded_channels;  // in the packed weight
    uint zeros;            // zeros lie here behind `weight`, in elements of x
};
END_PARAMS

#endif
