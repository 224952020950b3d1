#version 460
// SPDX-License-Identifier: Apache-2.0
// Statistics of a picture's channels in boxes, of a value that no convolution makes them of (conv/boxes.glsl).
// Grid: x = boxes across, y = boxes down, z = blocks of LINE_LANES channels of each image.
#include "include/tensor_io.glsl"
#include "norm/group_norm.params.h"

layout(constant_id = 0) const uint WORKGROUP = 256;
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { BoxStatisticsParams p; };

#include "norm/box_statistics.glsl"

void main()
{
    Picture picture = Picture(p.x, p.statistics, p.height, p.width, p.channels);
    uint blocks = (p.channels + LINE_LANES - 1) / LINE_LANES, image = gl_WorkGroupID.z / blocks;
    uint channel = (gl_WorkGroupID.z - image * blocks) * LINE_LANES + gl_LocalInvocationID.x % LINE_LANES;
    box_statistics(true, picture, image, gl_WorkGroupID.y * BOX_LINES, gl_WorkGroupID.x * BOX_WIDTH, channel);
}
