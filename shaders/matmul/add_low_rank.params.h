// SPDX-License-Identifier: Apache-2.0
// The numbers of a packed weight as in compute/kernels/matmul/pack_panels.h, and what is added to it.
BEGIN_PARAMS
// One term of the table at `terms`: its factors as they lie in files.
struct LowRankFactors {
    Address up;           // [outputs, rank]
    Address down;         // [rank, channels, taps]
    uint rank;
    float scale;
};
struct AddLowRankParams {
    Address base;
    Address out_address;
    Address terms;
    uint term_count;
    uint outputs;
    uint taps;
    uint columns;         // of a panel, a multiple of 4
    uint panels;
    uint channels;        // of the first range
    uint channels2;
    uint padded_channels;
    uint padded_channels2;
    uint geglu;           // 1: outputs are interleaved
    uint zeros;           // elements behind the panels, a multiple of 4
};
END_PARAMS
