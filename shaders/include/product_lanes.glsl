// SPDX-License-Identifier: Apache-2.0
// Product of rows and packed columns without shared memory: y[row][column] = sum_k a[row][k] w[k][column].
// One invocation owns ROWS rows and the COLUMNS columns of one panel; the workgroup is one subgroup, so that weights
// are uniform (scalar loads, contiguous in the panel) and each load of an own row serves COLUMNS products. Best where
// vectors are short and shared memory is just memory: CPU drivers. Weights are f32 in every tier: nothing to convert.
// Grid: x = row tiles of WORKGROUP * ROWS, y = panels.
// Wants: p, the left matrix of matmul/rows.glsl or conv/pixels.glsl, include/epilogue.glsl.

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint WORKGROUP = 8;
layout(constant_id = 2) const uint ROWS = 1;
layout(constant_id = 3) const uint COLUMNS = 32;     // a multiple of 4

float sums[ROWS][COLUMNS];

/// Adds the products of x with the weights of row `k` behind `w`.
void add_products(float x[ROWS], Address w, uint k)
{
    [[unroll]] for (uint j = 0; j < COLUMNS / 4; ++j) {
        vec4 v = load4_f32(w, k * (COLUMNS / 4) + j);
        [[unroll]] for (uint r = 0; r < ROWS; ++r) {
            sums[r][4 * j + 0] = fma(x[r], v.x, sums[r][4 * j + 0]);
            sums[r][4 * j + 1] = fma(x[r], v.y, sums[r][4 * j + 1]);
            sums[r][4 * j + 2] = fma(x[r], v.z, sums[r][4 * j + 2]);
            sums[r][4 * j + 3] = fma(x[r], v.w, sums[r][4 * j + 3]);
        }
    }
}

void main()
{
    uint first_row = p.base_row + gl_WorkGroupID.x * (WORKGROUP * ROWS) + gl_LocalInvocationID.x;
    uint panel = gl_WorkGroupID.y;

    Row rows[ROWS];
    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
        rows[r] = locate(min(first_row + r * WORKGROUP, last_row()));       // rows past the end work in vain
        [[unroll]] for (uint j = 0; j < COLUMNS; ++j)
            sums[r][j] = 0;
    }

    uint depth = p.padded_channels;
    if (range_count() > 1)
        depth += padded_range_channels(1);
    Address w = advance_bytes(packed_weight(), panel * depth * tap_count() * COLUMNS * 4);
    // Loops test at their end: lavapipe runs a body once more, masked, where the test comes first.
    uint tap = 0;
    do {
        uint range = 0;
        do {
            Address a[ROWS];
            [[unroll]] for (uint r = 0; r < ROWS; ++r)
                a[r] = row_address(rows[r], tap, range);
            uint channels = range_channels(range);
            uint k = 0;
            if (has_runs(channels)) {
                do {
                    float runs[ROWS][RUN];
                    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
                        runs[r] = load_run(a[r]);
                        a[r] = advance(a[r], RUN);
                    }
                    [[unroll]] for (uint i = 0; i < RUN; ++i) {
                        float x[ROWS];
                        [[unroll]] for (uint r = 0; r < ROWS; ++r)
                            x[r] = runs[r][i];
                        add_products(x, w, i);
                    }
                    w = advance_bytes(w, RUN * COLUMNS * 4);
                    k += RUN;
                } while (k + RUN <= channels);
            }
            if (k < channels) {
                do {
                    float x[ROWS];
                    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
                        x[r] = load(a[r], 0);
                        a[r] = advance(a[r], 1);
                    }
                    add_products(x, w, 0);
                    w = advance_bytes(w, COLUMNS * 4);
                } while (++k < channels);
            }
        } while (++range < range_count());
    } while (++tap < tap_count());

    [[unroll]] for (uint r = 0; r < ROWS; ++r) {
        uint stored, image;
        if (find_stored(first_row + r * WORKGROUP, stored, image)) {
            [[unroll]] for (uint j = 0; j < COLUMNS; j += 2) {
                if (panel * COLUMNS + j < p.columns)
                    store_pair(stored, image, panel * COLUMNS + j, sums[r][j], sums[r][j + 1]);
            }
        }
    }
}
