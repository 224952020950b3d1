#version 460
// SPDX-License-Identifier: Apache-2.0
// y = activation(conv([x, x2], W) + bias + channel_add) + residual as an implicit product of output pixels and
// (tap, channel), by cooperative matrices of a workgroup: see include/product_workgroup.glsl.
// The rows of a tile are TILE_HEIGHT x TILE_WIDTH output pixels. A tap's left matrix is then a box of x, which a tensor
// layout cuts out, zeros of the padding included. Stride s: of every s-th pixel, from the tap's own first one. Nearest
// upsampling by u: the pixels of a tile are u apart, so that a tap reads neighbours in x (u x u phases of tiles).
// Grid: x = tiles of [image][phase][down][across], y = panels, z = parts of k. Channels are multiples of 8, or one image
// and stride 1.
#extension GL_KHR_cooperative_matrix : require
#extension GL_NV_cooperative_matrix2 : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#include "include/tensor_io.glsl"
#include "include/address.glsl"
#include "conv/conv2d.params.h"

layout(push_constant) uniform Push { Conv2dParams p; };
layout(constant_id = 6) const uint TILE_HEIGHT = 8;
layout(constant_id = 7) const uint TILE_WIDTH = 16;

uint tap_count() { return (p.kernel & 0xff) * ((p.kernel >> 8) & 0xff); }
uint range_count() { return p.channels2 > 0 ? 2 : 1; }
uint padded_range_channels(uint range) { return range == 0 ? p.padded_channels : p.padded_channels2; }
uvec2 part_begin(uint i, uint count) { return uvec2(tap_count() * i / count, 0); }       // as in conv/pixels.glsl

#define HAS_CHANNEL_ADD
#include "include/epilogue.glsl"
#include "include/product_workgroup.glsl"

#define Box tensorLayoutNV<3, gl_CooperativeMatrixClampModeConstantNV>

struct Tile {
    uint image;
    uvec2 phase;        // x, y: of the tile's pixels, STEP apart
    uvec2 first;        // x, y: in steps
    uvec2 size;         // of the phase's picture, in steps
};

uint height() { return p.extent & 0xffff; }
uint width() { return p.extent >> 16; }
uint stride() { return (p.kernel >> 16) & 0xff; }
uint upsample() { return p.kernel >> 24; }

Tile find_tile()
{
    uint step = upsample();
    uvec2 most = (uvec2(p.out_width, p.out_height) + step - 1) / step;
    uvec2 tiles = (most + uvec2(TILE_WIDTH, TILE_HEIGHT) - 1) / uvec2(TILE_WIDTH, TILE_HEIGHT);
    uint n = p.base_row / TILE_ROWS + gl_WorkGroupID.x;
    Tile tile;
    tile.first = uvec2(n % tiles.x, n / tiles.x % tiles.y) * uvec2(TILE_WIDTH, TILE_HEIGHT);
    n /= tiles.x * tiles.y;
    tile.phase = uvec2(n % step, n / step % step);
    tile.image = n / (step * step);
    tile.size = (uvec2(p.out_width, p.out_height) - tile.phase + step - 1) / step;
    return tile;
}

/// floor(a / b) for b > 0.
int floor_divide(int a, int b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

void load_rows(inout Left a, uint tap, uint range, uint k)
{
    Tile tile = find_tile();
    uint kernel_width = (p.kernel >> 8) & 0xff;
    int by = int(stride()), up = int(upsample());
    int top = bitfieldExtract(int(p.padding), 0, 16), left = int(p.padding) >> 16;
    // Where the tap of the tile's first pixel lies: with a stride, in pixels of its parity; else in pixels of x.
    int dy = int(tile.phase.y + tap / kernel_width) - top, dx = int(tile.phase.x + tap % kernel_width) - left;
    int y = floor_divide(dy, by * up), x = floor_divide(dx, by * up);
    uint parity_y = by > 1 ? uint(dy - y * by) : 0, parity_x = by > 1 ? uint(dx - x * by) : 0;

    uint channels = range == 0 ? p.channels : p.channels2;
    Box box = createTensorLayoutNV(3, gl_CooperativeMatrixClampModeConstantNV);
    box = setTensorLayoutDimensionNV(box, (height() - parity_y + by - 1) / by, (width() - parity_x + by - 1) / by, channels);
    box = setTensorLayoutStrideNV(box, by * width() * channels, by * channels, 1);
    box = sliceTensorLayoutNV(box, int(tile.first.y) + y, TILE_HEIGHT, int(tile.first.x) + x, TILE_WIDTH, k, TILE_DEPTH);
    uint offset = ((tile.image * height() + parity_y) * width() + parity_x) * channels;
    coopMatLoadTensorNV(a, F16Tensor(range == 0 ? p.x : p.x2).at, offset, box);
}

bool find_row(uint i, out uint row, out uint image)
{
    Tile tile = find_tile();
    uvec2 at = tile.first + uvec2(i % TILE_WIDTH, i / TILE_WIDTH);
    uvec2 pixel = at * upsample() + tile.phase;
    image = tile.image;
    row = (image * p.out_height + pixel.y) * p.out_width + pixel.x;
    return at.x < tile.size.x && at.y < tile.size.y;
}

void store_tile(Sums y, uint first_column)
{
    Tile tile = find_tile();
    uint step = upsample();
    Box box = createTensorLayoutNV(3, gl_CooperativeMatrixClampModeConstantNV);
    box = setTensorLayoutDimensionNV(box, tile.size.y, tile.size.x, p.columns);
    box = setTensorLayoutStrideNV(box, step * p.out_width * p.columns, step * p.columns, 1);
    box = sliceTensorLayoutNV(box, tile.first.y, TILE_HEIGHT, tile.first.x, TILE_WIDTH, first_column, WIDTH);
    uint offset = ((tile.image * p.out_height + tile.phase.y) * p.out_width + tile.phase.x) * p.columns;
    if ((EPILOGUE & EPILOGUE_OUT_F32) != 0)
        coopMatStoreTensorNV(y, F32Tensor(p.y).at, part_offset() + offset, box);
    else
        coopMatStoreTensorNV(Halves(y), F16Tensor(p.y).at, offset, box);
}
