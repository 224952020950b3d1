// SPDX-License-Identifier: Apache-2.0
BEGIN_PARAMS
struct BinaryParams {
    Address a, b, out_address;
    uint count;           // of invocations: elements of a / VECTOR
    uint extents[5];      // of a, innermost first, neighbours that b treats alike merged; the innermost in vectors
    uint strides[5];      // of b in elements, innermost first: 0 where b is broadcast
};
END_PARAMS
