#version 460
// SPDX-License-Identifier: Apache-2.0
// What a convolution that normalises x while it loads it (conv/boxes.glsl) wants to know of each channel: mean, factor
// and shift, each [images, channels]. One workgroup for each group of an image.
#include "include/tensor_io.glsl"
#include "norm/group_norm.params.h"
#include "norm/joined.glsl"

layout(constant_id = 0) const uint WORKGROUP = 32;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { GroupNormTableParams p; };

void main()
{
    uint group = gl_WorkGroupID.x, image = gl_WorkGroupID.y, channels = gl_NumWorkGroups.x * p.group_channels;
    vec2 joined = join_partials(p.partials, (image * gl_NumWorkGroups.x + group) * p.partial_count, p.partial_count, p.eps);
    for (uint i = gl_LocalInvocationID.x; i < p.group_channels; i += WORKGROUP) {
        uint channel = group * p.group_channels + i, at = image * 3 * channels + channel;
        store_f32(p.table, at, joined.x);
        store_f32(p.table, at + channels, joined.y * load_f32(p.scale, channel));
        store_f32(p.table, at + 2 * channels, load_f32(p.shift, channel));
    }
}
