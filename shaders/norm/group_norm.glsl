// SPDX-License-Identifier: Apache-2.0
// What the two big passes of group_norm share: which part of x a workgroup and its invocations hold. Invocation t holds
// VECTOR (1 or 4) neighbouring channels for all of its rows: column t % columns, rows t / columns + k * lanes.
#include "include/tensor_io.glsl"
#include "norm/group_norm.params.h"

layout(constant_id = 0) const uint WORKGROUP = 256;
layout(constant_id = 1) const uint VECTOR = 1;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { GroupNormParams p; };

struct Tile {
    uint image, chunk;
    uint group, group_count;      // first group and how many
    uint first_channel, span;     // channels of the tile
    uint first_row, last_row;     // rows [first, last)
    uint columns, lanes;          // invocations along the channels and along the rows
    uint part;                    // which of the group's tiles
};

Tile this_tile()
{
    Tile t;
    t.image = gl_WorkGroupID.z;
    t.chunk = gl_WorkGroupID.x;
    uint block = gl_WorkGroupID.y;
    t.part = 0;
    if (p.tiles_per_group > 1) {
        t.group = block / p.tiles_per_group;
        t.part = block % p.tiles_per_group;
        t.group_count = 1;
        uint wide = WORKGROUP * VECTOR;
        t.first_channel = t.group * p.group_channels + t.part * wide;
        t.span = min(wide, p.group_channels - t.part * wide);
    } else {
        t.group = block * p.groups_per_tile;
        t.group_count = min(p.groups_per_tile, p.groups - t.group);
        t.first_channel = t.group * p.group_channels;
        t.span = t.group_count * p.group_channels;
    }
    t.first_row = t.chunk * p.chunk_rows;
    t.last_row = min(t.first_row + p.chunk_rows, p.rows);
    t.columns = t.span / VECTOR;
    t.lanes = WORKGROUP / t.columns;
    return t;
}

// Where an invocation's channels lie: element = row * stride + offset, in vectors.
struct Source {
    Address address;
    uint stride, offset;
};

Source source_of(Tile t, uint channel)
{
    uint width = channel < p.x_channels ? p.x_channels : p.channels - p.x_channels;
    uint inside = channel < p.x_channels ? channel : channel - p.x_channels;
    Source s;
    s.address = channel < p.x_channels ? p.x : p.x2;
    s.stride = width / VECTOR;
    s.offset = t.image * p.rows * s.stride + inside / VECTOR;
    return s;
}

vec4 read(Source s, uint row)
{
    uint i = row * s.stride + s.offset;
    return VECTOR == 4 ? load4(s.address, i) : vec4(load(s.address, i));
}
