#version 460
// SPDX-License-Identifier: Apache-2.0
// y = gate(activation(x Wᵀ + bias)) + residual, by cooperative matrices of a workgroup: see
// include/product_workgroup.glsl for tile and grid.
#extension GL_KHR_cooperative_matrix : require
#extension GL_NV_cooperative_matrix2 : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#include "include/tensor_io.glsl"
#include "include/address.glsl"
#include "matmul/linear.params.h"

layout(push_constant) uniform Push { LinearParams p; };
layout(constant_id = 6) const uint FULL = 0;               // 1: tiles fill the rows and the channels

#include "matmul/rows.glsl"
#include "include/epilogue.glsl"
#include "include/product_workgroup.glsl"

uint first_row() { return p.base_row + gl_WorkGroupID.x * TILE_ROWS; }

void load_rows(inout Left a, uint tap, uint range, uint k)
{
    F16Tensor x = F16Tensor(p.x);
    if (FULL != 0) {
        tensorLayoutNV<2> all = setTensorLayoutDimensionNV(createTensorLayoutNV(2), p.rows, p.channels);
        coopMatLoadTensorNV(a, x.at, 0, sliceTensorLayoutNV(all, first_row(), TILE_ROWS, k, TILE_DEPTH));
    } else {
        tensorLayoutNV<2, gl_CooperativeMatrixClampModeConstantNV> all =
            createTensorLayoutNV(2, gl_CooperativeMatrixClampModeConstantNV);
        all = setTensorLayoutDimensionNV(all, p.rows, p.channels);
        coopMatLoadTensorNV(a, x.at, 0, sliceTensorLayoutNV(all, first_row(), TILE_ROWS, k, TILE_DEPTH));
    }
}

bool find_row(uint i, out uint row, out uint image)
{
    row = first_row() + i;
    image = 0;
    return row < p.rows;
}

void store_tile(Sums y, uint first_column)
{
    tensorLayoutNV<2, gl_CooperativeMatrixClampModeConstantNV> out_rows =
        createTensorLayoutNV(2, gl_CooperativeMatrixClampModeConstantNV);
    out_rows = setTensorLayoutDimensionNV(out_rows, p.rows, (EPILOGUE & EPILOGUE_GEGLU) != 0 ? p.columns / 2 : p.columns);
    out_rows = sliceTensorLayoutNV(out_rows, first_row(), TILE_ROWS, first_column, WIDTH);
    if ((EPILOGUE & EPILOGUE_OUT_F32) != 0)
        coopMatStoreTensorNV(y, F32Tensor(p.y).at, part_offset(), out_rows);
    else
        coopMatStoreTensorNV(Halves(y), F16Tensor(p.y).at, 0, out_rows);
}
