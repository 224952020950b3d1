// SPDX-License-Identifier: Apache-2.0
// Product of rows and packed columns by tiles in shared memory: y[row][column] = sum_k a[row][k] w[k][column].
// A workgroup makes a TILE_ROWS x TILE_COLUMNS piece of y. It walks k in steps of TILE_DEPTH: both operands of a step
// go through shared memory, and while a step is multiplied the next one is already on its way into registers.
//   scalar   each invocation sums a 4 x 4 block in f32
//   COOPMAT  each subgroup sums fragments of FRAGMENT_ROWS x FRAGMENT_COLUMNS (f16 operands, f32 sums); its piece of
//            the tile leaves through shared memory, a row of fragments at a time, to meet the epilogue
// Grid: x = row tiles, y = panels (of TILE_COLUMNS); z = parts of k where PARTS is more than 1: y is then f32 and has
// the rows of each part one after the other, for matmul/product_sum to add up.
// Wants: p, locate() and the rest of matmul/rows.glsl or conv/pixels.glsl, include/epilogue.glsl.
//
// A part begins where every TILE_DEPTH can begin a step, so that tiles do not change the order of a sum: a convolution's
// with a tap, linear's at a multiple of PART_DEPTH channels.

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint WORKGROUP = 256;
layout(constant_id = 2) const uint TILE_ROWS = 64;
layout(constant_id = 3) const uint TILE_COLUMNS = 64;
layout(constant_id = 4) const uint TILE_DEPTH = 16;
layout(constant_id = 5) const uint VECTORS = 1;           // every range has a multiple of 4 channels
layout(constant_id = 6) const uint PARTS = 1;
#ifdef COOPMAT
layout(constant_id = 7) const uint FRAGMENT_ROWS = 16;
layout(constant_id = 8) const uint FRAGMENT_COLUMNS = 16;
layout(constant_id = 9) const uint FRAGMENT_DEPTH = 16;
layout(constant_id = 10) const uint SUBGROUPS_DOWN = 2;   // subgroups of the tile: rows x columns
layout(constant_id = 11) const uint SUBGROUPS_ACROSS = 2;
#define SHARED float16_t
#define SHARED4 f16vec4                                   // as it lies in memory: nothing is converted on the way
#define LOAD4(a, i) F16Vectors(a).at[i]
#else
#define SHARED float
#define SHARED4 vec4
#define LOAD4(a, i) load4(a, i)
#endif

const uint A_STRIDE = TILE_DEPTH + 8;                     // rows start in other banks, 16-byte aligned
const uint B_STRIDE = TILE_COLUMNS + 8;
const uint A_LOADS = TILE_ROWS * TILE_DEPTH / 4 / WORKGROUP;
const uint B_LOADS = TILE_COLUMNS * TILE_DEPTH / 4 / WORKGROUP;
shared SHARED a_tile[TILE_ROWS * A_STRIDE];
shared SHARED b_tile[TILE_DEPTH * B_STRIDE];

// Where the walk along k stands.
struct Walk { uint tap, range, k; };

uint part() { return PARTS > 1 ? gl_WorkGroupID.z : 0; }

/// Steps of TILE_DEPTH before tap `begin.x` and channel `begin.y`.
uint steps_before(uvec2 begin, uint depth) { return (begin.x * depth + begin.y) / TILE_DEPTH; }

/// Where `row` is stored: that of its part of k.
uint stored_part(uint row) { return stored_row(row) + part() * row_count(); }

Row rows[A_LOADS];
Address sources[A_LOADS];      // of this invocation's rows, at the walk's tap and range
SHARED4 a_next[A_LOADS];
SHARED4 b_next[B_LOADS];

SHARED4 load_channels(Address a, uint k, uint channels)
{
    SHARED4 v = SHARED4(0);
    if (VECTORS != 0) {
        if (k < channels)
            v = LOAD4(a, k / 4);
        return v;
    }
    [[unroll]] for (uint i = 0; i < 4; ++i) {
        if (k + i < channels)
            v[i] = SHARED(load(a, k + i));
    }
    return v;
}

void find_sources(Walk walk)
{
    [[unroll]] for (uint i = 0; i < A_LOADS; ++i)
        sources[i] = row_address(rows[i], walk.tap, walk.range);
}

void fetch(Walk walk, Address w)
{
    [[unroll]] for (uint i = 0; i < A_LOADS; ++i) {
        uint k = (gl_LocalInvocationID.x + i * WORKGROUP) % (TILE_DEPTH / 4) * 4;
        a_next[i] = load_channels(sources[i], walk.k + k, range_channels(walk.range));
    }
    [[unroll]] for (uint i = 0; i < B_LOADS; ++i)
        b_next[i] = LOAD4(w, gl_LocalInvocationID.x + i * WORKGROUP);
}

void put()
{
    [[unroll]] for (uint i = 0; i < A_LOADS; ++i) {
        uint unit = gl_LocalInvocationID.x + i * WORKGROUP;
        uint at = unit / (TILE_DEPTH / 4) * A_STRIDE + unit % (TILE_DEPTH / 4) * 4;
        [[unroll]] for (uint e = 0; e < 4; ++e)
            a_tile[at + e] = a_next[i][e];
    }
    [[unroll]] for (uint i = 0; i < B_LOADS; ++i) {
        uint unit = gl_LocalInvocationID.x + i * WORKGROUP;
        uint at = unit / (TILE_COLUMNS / 4) * B_STRIDE + unit % (TILE_COLUMNS / 4) * 4;
        [[unroll]] for (uint e = 0; e < 4; ++e)
            b_tile[at + e] = b_next[i][e];
    }
}

#ifdef COOPMAT
const uint PIECE_ROWS = TILE_ROWS / SUBGROUPS_DOWN;       // of one subgroup
const uint PIECE_COLUMNS = TILE_COLUMNS / SUBGROUPS_ACROSS;
const uint DOWN = PIECE_ROWS / FRAGMENT_ROWS;             // fragments of one subgroup
const uint ACROSS = PIECE_COLUMNS / FRAGMENT_COLUMNS;
shared float piece[SUBGROUPS_DOWN * SUBGROUPS_ACROSS * FRAGMENT_ROWS * PIECE_COLUMNS];
coopmat<float, gl_ScopeSubgroup, FRAGMENT_ROWS, FRAGMENT_COLUMNS, gl_MatrixUseAccumulator> sums[DOWN * ACROSS];

void clear()
{
    [[unroll]] for (uint i = 0; i < DOWN * ACROSS; ++i)
        sums[i] = coopmat<float, gl_ScopeSubgroup, FRAGMENT_ROWS, FRAGMENT_COLUMNS, gl_MatrixUseAccumulator>(0.0);
}

void multiply()
{
    uint row = gl_SubgroupID / SUBGROUPS_ACROSS * PIECE_ROWS;
    uint column = gl_SubgroupID % SUBGROUPS_ACROSS * PIECE_COLUMNS;
    const int row_major = gl_CooperativeMatrixLayoutRowMajor;
    for (uint k = 0; k < TILE_DEPTH; k += FRAGMENT_DEPTH) {
        coopmat<float16_t, gl_ScopeSubgroup, FRAGMENT_ROWS, FRAGMENT_DEPTH, gl_MatrixUseA> a[DOWN];
        [[unroll]] for (uint i = 0; i < DOWN; ++i)
            coopMatLoad(a[i], a_tile, (row + i * FRAGMENT_ROWS) * A_STRIDE + k, A_STRIDE, row_major);
        [[unroll]] for (uint j = 0; j < ACROSS; ++j) {
            coopmat<float16_t, gl_ScopeSubgroup, FRAGMENT_DEPTH, FRAGMENT_COLUMNS, gl_MatrixUseB> b;
            coopMatLoad(b, b_tile, k * B_STRIDE + column + j * FRAGMENT_COLUMNS, B_STRIDE, row_major);
            [[unroll]] for (uint i = 0; i < DOWN; ++i)
                sums[i * ACROSS + j] = coopMatMulAdd(a[i], b, sums[i * ACROSS + j]);
        }
    }
}

void finish(uint first_row, uint first_column)
{
    uint slab = gl_SubgroupID * FRAGMENT_ROWS * PIECE_COLUMNS;
    uint row0 = first_row + gl_SubgroupID / SUBGROUPS_ACROSS * PIECE_ROWS;
    uint column0 = first_column + gl_SubgroupID % SUBGROUPS_ACROSS * PIECE_COLUMNS;
    [[unroll]] for (uint i = 0; i < DOWN; ++i) {
        [[unroll]] for (uint j = 0; j < ACROSS; ++j)
            coopMatStore(sums[i * ACROSS + j], piece, slab + j * FRAGMENT_COLUMNS, PIECE_COLUMNS,
                gl_CooperativeMatrixLayoutRowMajor);
        barrier();
        for (uint pair = gl_SubgroupInvocationID; pair < FRAGMENT_ROWS * PIECE_COLUMNS / 2; pair += gl_SubgroupSize) {
            uint row = row0 + i * FRAGMENT_ROWS + pair * 2 / PIECE_COLUMNS;
            uint column = column0 + pair * 2 % PIECE_COLUMNS;
            if (row < row_count() && column < p.columns)
                store_pair(stored_part(row), image_of(locate(row)), column, piece[slab + pair * 2],
                    piece[slab + pair * 2 + 1]);
        }
        barrier();
    }
}
#else
const uint BLOCK = 4;          // of one invocation, both ways
float sums[BLOCK * BLOCK];

void clear()
{
    [[unroll]] for (uint i = 0; i < BLOCK * BLOCK; ++i)
        sums[i] = 0;
}

void multiply()
{
    uint row = gl_LocalInvocationID.x / (TILE_COLUMNS / BLOCK) * BLOCK;
    uint column = gl_LocalInvocationID.x % (TILE_COLUMNS / BLOCK) * BLOCK;
    for (uint k0 = 0; k0 < TILE_DEPTH; k0 += 4) {
        [[unroll]] for (uint k = k0; k < k0 + 4; ++k) {
            float a[BLOCK], b[BLOCK];
            [[unroll]] for (uint i = 0; i < BLOCK; ++i) {
                a[i] = a_tile[(row + i) * A_STRIDE + k];
                b[i] = b_tile[k * B_STRIDE + column + i];
            }
            [[unroll]] for (uint i = 0; i < BLOCK; ++i) {
                [[unroll]] for (uint j = 0; j < BLOCK; ++j)
                    sums[i * BLOCK + j] = fma(a[i], b[j], sums[i * BLOCK + j]);
            }
        }
    }
}

void finish(uint first_row, uint first_column)
{
    uint row0 = first_row + gl_LocalInvocationID.x / (TILE_COLUMNS / BLOCK) * BLOCK;
    uint column0 = first_column + gl_LocalInvocationID.x % (TILE_COLUMNS / BLOCK) * BLOCK;
    [[unroll]] for (uint i = 0; i < BLOCK; ++i) {
        if (row0 + i < row_count()) {
            uint image = image_of(locate(row0 + i)), stored = stored_part(row0 + i);
            [[unroll]] for (uint j = 0; j < BLOCK; j += 2) {
                if (column0 + j < p.columns)
                    store_pair(stored, image, column0 + j, sums[i * BLOCK + j], sums[i * BLOCK + j + 1]);
            }
        }
    }
}
#endif

void main()
{
    uint first_row = p.base_row + gl_WorkGroupID.x * TILE_ROWS;
    [[unroll]] for (uint i = 0; i < A_LOADS; ++i) {
        uint row = first_row + (gl_LocalInvocationID.x + i * WORKGROUP) / (TILE_DEPTH / 4);
        rows[i] = locate(min(row, last_row()));            // rows past the end work in vain
    }
    clear();

    uint depth = p.padded_channels;
    if (range_count() > 1)
        depth += padded_range_channels(1);
    uint steps = tap_count() * depth / TILE_DEPTH, first_step = 0;
    Address w = advance(packed_weight(), gl_WorkGroupID.y * tap_count() * depth * TILE_COLUMNS);

    Walk walk = Walk(0, 0, 0);
    if (PARTS > 1) {
        uvec2 begin = part_begin(part(), PARTS);
        walk = Walk(begin.x, 0, begin.y);
        first_step = steps_before(begin, depth);
        if (part() + 1 < PARTS)
            steps = steps_before(part_begin(part() + 1, PARTS), depth);
        w = advance(w, first_step * TILE_DEPTH * TILE_COLUMNS);
    }
    find_sources(walk);
    fetch(walk, w);
    for (uint step = first_step; step < steps; ++step) {
        put();
        barrier();
        if (step + 1 < steps) {
            w = advance(w, TILE_DEPTH * TILE_COLUMNS);
            walk.k += TILE_DEPTH;
            if (walk.k >= padded_range_channels(walk.range)) {
                walk.k = 0;
                if (++walk.range == range_count()) {
                    walk.range = 0;
                    ++walk.tap;
                }
                find_sources(walk);
            }
            fetch(walk, w);
        }
        multiply();
        barrier();
    }
    finish(first_row, gl_WorkGroupID.y * TILE_COLUMNS);
}
