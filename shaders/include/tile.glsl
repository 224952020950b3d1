// SPDX-License-Identifier: Apache-2.0
// The tile of include/product_tiles.glsl, and how a workgroup walks along k.
#ifndef IGNEOUS_TILE_GLSL
#define IGNEOUS_TILE_GLSL

layout(constant_id = 0) const uint WORKGROUP = 256;
layout(constant_id = 2) const uint TILE_ROWS = 64;
layout(constant_id = 3) const uint TILE_COLUMNS = 64;
layout(constant_id = 4) const uint TILE_DEPTH = 16;
layout(constant_id = 5) const uint VECTORS = 1;           // every range has a multiple of 4 channels
layout(constant_id = 6) const uint PARTS = 1;             // of the sum along k

/// Where the walk stands: channels [k, k + TILE_DEPTH) of a range at a tap.
struct Walk { uint tap, range, k; };

#endif
