#version 460
// SPDX-License-Identifier: Apache-2.0
// Joins the channels of a group and the boxes of a run (norm/box_statistics.glsl) into a partial of group_norm: the
// weighted mean first, then the squares around it. Means are summed up as differences from the first one, which keeps
// their digits.
// Grid: x = groups, y = images, z = runs of `run_lines` rows of boxes.
#include "include/tensor_io.glsl"
#include "include/reduce.glsl"
#include "conv/boxes.params.h"
#include "norm/group_norm.params.h"

layout(constant_id = 0) const uint WORKGROUP = 256;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { BoxJoinParams p; };

uint boxes_across() { return (p.width + BOX_WIDTH - 1) / BOX_WIDTH; }
uint boxes() { return boxes_across() * ((p.height + BOX_LINES - 1) / BOX_LINES); }

/// `box`: of this run.
uint box_of_picture(uint box) { return gl_WorkGroupID.z * p.run_lines * boxes_across() + box; }

float pixels_of(uint box)
{
    box = box_of_picture(box);
    uint down = box / boxes_across(), y = down * BOX_LINES, x = (box - down * boxes_across()) * BOX_WIDTH;
    return float(min(BOX_LINES, p.height - y) * min(BOX_WIDTH, p.width - x));
}

/// Mean and squares of channel `i` of this group.
vec2 statistics_of(uint box, uint i)
{
    uint channel = gl_WorkGroupID.x * p.group_channels + i;
    bool second = channel >= p.channels;
    uint channels = second ? p.channels2 : p.channels;
    uint at = 2 * (gl_WorkGroupID.y * boxes() + box_of_picture(box)) * channels + (second ? channel - p.channels : channel);
    Address statistics = second ? p.statistics2 : p.statistics;
    return vec2(load_f32(statistics, at), load_f32(statistics, at + channels));
}

void main()
{
    uint all = min(p.run_lines * boxes_across(), boxes() - box_of_picture(0)) * p.group_channels;
    float around = statistics_of(0, 0).x, weighted = 0, squares = 0;
    for (uint i = gl_LocalInvocationID.x; i < all; i += WORKGROUP) {
        uint box = i / p.group_channels;
        weighted += pixels_of(box) * (statistics_of(box, i - box * p.group_channels).x - around);
    }
    uint first_line = gl_WorkGroupID.z * p.run_lines * BOX_LINES;
    uint lines = min(p.run_lines * BOX_LINES, p.height - first_line);
    float count = float(lines * p.width) * float(p.group_channels);
    float mean = around + workgroup_sum(weighted) / count;
    for (uint i = gl_LocalInvocationID.x; i < all; i += WORKGROUP) {
        uint box = i / p.group_channels;
        vec2 of_box = statistics_of(box, i - box * p.group_channels);
        squares += of_box.y + pixels_of(box) * (of_box.x - mean) * (of_box.x - mean);
    }
    squares = workgroup_sum(squares);
    if (gl_LocalInvocationID.x == 0) {
        uint at = 3 * ((gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x) * p.partial_count + gl_WorkGroupID.z);
        store_f32(p.partials, at, count);
        store_f32(p.partials, at + 1, mean);
        store_f32(p.partials, at + 2, squares);
    }
}
