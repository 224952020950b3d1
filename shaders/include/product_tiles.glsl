// SPDX-License-Identifier: Apache-2.0
// Product of rows and packed columns by tiles in shared memory: y[row][column] = sum_k a[row][k] w[k][column].
// A workgroup makes a TILE_ROWS x TILE_COLUMNS piece of y. It walks k in steps of TILE_DEPTH: both operands of a step
// go through shared memory, and while a step is multiplied the next one is already on its way into registers.
//   scalar   each invocation sums a 4 x 4 block in f32
//   COOPMAT  each subgroup sums fragments of FRAGMENT_ROWS x FRAGMENT_COLUMNS (f16 operands, f32 sums); its piece of
//            the tile leaves through shared memory, a row of fragments at a time, to meet the epilogue
// Grid: x = row tiles, y = panels (of TILE_COLUMNS); z = parts of k where PARTS is more than 1: y is then f32 and has
// the rows of each part one after the other, for matmul/product_sum to add up.
// Wants: p, include/epilogue.glsl, and the left matrix of matmul/rows.glsl, conv/pixels.glsl or conv/boxes.glsl, which
// say what of it is staged and in which order the walk goes.
//
// A part begins where every TILE_DEPTH can begin a step, so that tiles do not change the order of a sum.

layout(local_size_x_id = 0) in;
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
const uint A_UNITS = STAGED * TILE_DEPTH / 4;             // vectors
const uint A_LOADS = (A_UNITS + WORKGROUP - 1) / WORKGROUP;
const uint B_LOADS = TILE_COLUMNS * TILE_DEPTH / 4 / WORKGROUP;
shared SHARED a_tile[STAGED * A_STRIDE];
shared SHARED b_tile[TILE_DEPTH * B_STRIDE];

uint part() { return PARTS > 1 ? gl_WorkGroupID.z : 0; }

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

void fetch_rows(Walk walk)
{
    [[unroll]] for (uint i = 0; i < A_LOADS; ++i) {
        uint k = (gl_LocalInvocationID.x + i * WORKGROUP) % (TILE_DEPTH / 4) * 4;
        a_next[i] = load_channels(sources[i], walk.k + k, range_channels(walk.range));
    }
}

/// `panel`: packed columns of all taps and ranges, `depth` rows a tap.
void fetch_columns(Walk walk, Address panel, uint depth)
{
    uint row = walk.tap * depth + (walk.range > 0 ? padded_range_channels(0) : 0) + walk.k;
    [[unroll]] for (uint i = 0; i < B_LOADS; ++i)
        b_next[i] = LOAD4(panel, row * (TILE_COLUMNS / 4) + gl_LocalInvocationID.x + i * WORKGROUP);
}

void put_rows(Walk walk)
{
    [[unroll]] for (uint i = 0; i < A_LOADS; ++i) {
        uint unit = gl_LocalInvocationID.x + i * WORKGROUP;
        if (unit >= A_UNITS)
            continue;
        uint k = unit % (TILE_DEPTH / 4) * 4;
        SHARED4 v = SHARED4(staged_value(rows[i], walk.range, walk.k + k, vec4(a_next[i])));
        [[unroll]] for (uint e = 0; e < 4; ++e)
            a_tile[unit / (TILE_DEPTH / 4) * A_STRIDE + k + e] = v[e];
    }
}

void put_columns()
{
    [[unroll]] for (uint i = 0; i < B_LOADS; ++i) {
        uint unit = gl_LocalInvocationID.x + i * WORKGROUP;
        uint at = unit / (TILE_COLUMNS / 4) * B_STRIDE + unit % (TILE_COLUMNS / 4) * 4;
        [[unroll]] for (uint e = 0; e < 4; ++e)
            b_tile[at + e] = b_next[i][e];
    }
}

/// Where a row of this part of k is stored.
bool find_part(uint row, out uint stored, out uint image)
{
    bool found = find_stored(row, stored, image);
    stored += part() * row_count();
    return found;
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

/// Rows of a fragment lie side by side among the staged ones.
void multiply(uint tap)
{
    uint row = gl_SubgroupID / SUBGROUPS_ACROSS * PIECE_ROWS;
    uint column = gl_SubgroupID % SUBGROUPS_ACROSS * PIECE_COLUMNS;
    const int row_major = gl_CooperativeMatrixLayoutRowMajor;
    for (uint k = 0; k < TILE_DEPTH; k += FRAGMENT_DEPTH) {
        coopmat<float16_t, gl_ScopeSubgroup, FRAGMENT_ROWS, FRAGMENT_DEPTH, gl_MatrixUseA> a[DOWN];
        [[unroll]] for (uint i = 0; i < DOWN; ++i)
            coopMatLoad(a[i], a_tile, staged_at(row + i * FRAGMENT_ROWS, tap) * A_STRIDE + k, A_STRIDE, row_major);
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
            uint column = column0 + pair * 2 % PIECE_COLUMNS;
            uint stored, image;
            if (find_part(row0 + i * FRAGMENT_ROWS + pair * 2 / PIECE_COLUMNS, stored, image) && column < p.columns)
                store_pair(stored, image, column, piece[slab + pair * 2], piece[slab + pair * 2 + 1]);
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

/// Rows of a block lie side by side among the staged ones.
void multiply(uint tap)
{
    uint row = staged_at(gl_LocalInvocationID.x / (TILE_COLUMNS / BLOCK) * BLOCK, tap);
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
        uint stored, image;
        if (find_part(row0 + i, stored, image)) {
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
    [[unroll]] for (uint i = 0; i < A_LOADS; ++i)
        rows[i] = staged_row(first_row, min(gl_LocalInvocationID.x + i * WORKGROUP, A_UNITS - 1) / (TILE_DEPTH / 4));
    clear();

    uint depth = p.padded_channels;
    if (range_count() > 1)
        depth += padded_range_channels(1);
    Address panel = advance(packed_weight(), gl_WorkGroupID.y * tap_count() * depth * TILE_COLUMNS);
    uint first_step = 0, steps = tap_count() * depth / TILE_DEPTH;
    Walk walk = Walk(0, 0, 0);
    if (PARTS > 1) {
        walk = begin_part(part(), PARTS);
        first_step = steps_before(walk);
        if (part() + 1 < PARTS)
            steps = steps_before(begin_part(part() + 1, PARTS));
    }
    find_sources(walk);
    fetch_rows(walk);
    fetch_columns(walk, panel, depth);
    for (uint step = first_step; step < steps; ++step) {
        Walk here = walk;
        if (brings_rows(here))
            put_rows(here);
        put_columns();
        barrier();
        if (step + 1 < steps) {
            walk_on(walk);
            if (brings_rows(walk)) {
                if (walk.k == 0)
                    find_sources(walk);
                fetch_rows(walk);
            }
            fetch_columns(walk, panel, depth);
        }
        multiply(here.tap);
        barrier();
    }
    finish(first_row, gl_WorkGroupID.y * TILE_COLUMNS);
#ifdef READS_BACK
    tile_statistics(first_row, gl_WorkGroupID.y * TILE_COLUMNS);
#endif
}
