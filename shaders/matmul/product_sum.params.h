// SPDX-License-Identifier: Apache-2.0
#ifndef IGNEOUS_PRODUCT_SUM_PARAMS_H
#define IGNEOUS_PRODUCT_SUM_PARAMS_H

BEGIN_PARAMS
struct ProductSumParams {
    Address parts;         // f32 [parts, rows, columns]
    Address bias;          // [columns]
    Address channel_add;   // [N, columns]
    Address residual;      // [rows, out_columns]
    Address y;             // [rows, out_columns]
    uint rows;
    uint columns;          // of the product: 2 * out_columns with GEGLU
    uint image_rows;       // rows of one image
};
END_PARAMS

#endif
