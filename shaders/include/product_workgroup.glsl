// SPDX-License-Identifier: Apache-2.0
// Product of rows and packed columns by cooperative matrices of a whole workgroup (NV_cooperative_matrix2):
// y[row][column] = sum_k a[row][k] w[k][column]. The driver stages the operands and shares the tile among subgroups;
// what lies outside of a tensor is loaded as zero and not stored.
// With GATED_yes a panel holds the values of its outputs, then their gates, and two products run side by side.
// Grid: x = row tiles, y = panels (of TILE_COLUMNS); z = parts of k where PARTS is more than 1, which lie in y as
// include/product_tiles.glsl says. Gated products have one: product_sum wants a value beside its gate.
// Wants: p, include/epilogue.glsl, tap_count(), part_begin() and what else says how to walk along k, and
//   void load_rows(inout Left a, uint tap, uint range, uint k)    channels [k, k + TILE_DEPTH) of the tile's rows
//   bool find_row(uint i, out uint row, out uint image)           where row i of the tile goes; false: nowhere
//   void store_tile(Sums y, uint first_column)

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint WORKGROUP = 256;
layout(constant_id = 2) const uint TILE_ROWS = 128;
layout(constant_id = 3) const uint TILE_COLUMNS = 128;
layout(constant_id = 4) const uint TILE_DEPTH = 32;
layout(constant_id = 5) const uint PARTS = 1;

#ifdef GATED_yes
const uint WIDTH = TILE_COLUMNS / 2;                      // outputs of a tile
#else
const uint WIDTH = TILE_COLUMNS;
#endif

#define Sums coopmat<float, gl_ScopeWorkgroup, TILE_ROWS, WIDTH, gl_MatrixUseAccumulator>
#define Halves coopmat<float16_t, gl_ScopeWorkgroup, TILE_ROWS, WIDTH, gl_MatrixUseAccumulator>
#define Left coopmat<float16_t, gl_ScopeWorkgroup, TILE_ROWS, TILE_DEPTH, gl_MatrixUseA>
#define Right coopmat<float16_t, gl_ScopeWorkgroup, TILE_DEPTH, WIDTH, gl_MatrixUseB>

// The base of a tensor must be aligned to 16 bytes.
layout(buffer_reference, scalar, buffer_reference_align = 16) buffer F16Tensor { float16_t at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 16) buffer F32Tensor { float at[]; };

uint part() { return PARTS > 1 ? gl_WorkGroupID.z : 0; }

/// Elements of y before those of this part of k.
uint part_offset() { return part() * p.rows * p.columns; }

void load_rows(inout Left a, uint tap, uint range, uint k);
bool find_row(uint i, out uint row, out uint image);
void store_tile(Sums y, uint first_column);

#ifdef GATED_yes
float end_element(const in uint i, const in uint j, const in float value, const in float gate, const in uint first)
{
    uint row, image, column = first + j;
    if (!find_row(i, row, image) || column >= p.columns / 2)
        return 0.0;
    float y = add_bias(value, image, 2 * column) * gelu(add_bias(gate, image, 2 * column + 1));
    return add_residual(row * (p.columns / 2) + column, y);
}
#else
float end_element(const in uint i, const in uint j, const in float sum, const in uint first)
{
    uint row, image, column = first + j;
    if (!find_row(i, row, image) || column >= p.columns)
        return 0.0;
    float y = activate(add_bias(sum, image, column), EPILOGUE & EPILOGUE_ACTIVATION);
    return add_residual(row * p.columns + column, y);
}
#endif

void main()
{
    uint depth = p.padded_channels;
    if (range_count() > 1)
        depth += padded_range_channels(1);
    tensorLayoutNV<2> panel = createTensorLayoutNV(2);
    panel = setTensorLayoutDimensionNV(panel, tap_count() * depth, TILE_COLUMNS);
    F16Tensor weight = F16Tensor(advance(p.weight, gl_WorkGroupID.y * tap_count() * depth * TILE_COLUMNS));

    Sums sums = Sums(0.0);
#ifdef GATED_yes
    Sums gates = Sums(0.0);
#endif
    uvec2 begin = part_begin(part(), PARTS);               // tap and channel
    uvec2 behind = part() + 1 < PARTS ? part_begin(part() + 1, PARTS) : uvec2(tap_count(), 0);
    uint at = begin.x * depth + begin.y, end = behind.x * depth + behind.y;              // in the panel
    uint k = begin.y;
    for (uint tap = begin.x; at < end; ++tap) {
        for (uint range = 0; range < range_count(); ++range) {
            uint last = min(padded_range_channels(range), k + (end - at));
            for (; k < last; k += TILE_DEPTH, at += TILE_DEPTH) {
                Left a;
                Right b;
                load_rows(a, tap, range, k);
                coopMatLoadTensorNV(b, weight.at, 0, sliceTensorLayoutNV(panel, at, TILE_DEPTH, 0, WIDTH));
                sums = coopMatMulAdd(a, b, sums);
#ifdef GATED_yes
                coopMatLoadTensorNV(b, weight.at, 0, sliceTensorLayoutNV(panel, at, TILE_DEPTH, WIDTH, WIDTH));
                gates = coopMatMulAdd(a, b, gates);
#endif
            }
            k = 0;
        }
    }
    uint first = gl_WorkGroupID.y * WIDTH;
#ifdef GATED_yes
    coopMatPerElementNV(sums, sums, end_element, gates, first);
#else
    coopMatPerElementNV(sums, sums, end_element, first);
#endif
    store_tile(sums, first);
}
