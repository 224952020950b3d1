#version 460
// SPDX-License-Identifier: Apache-2.0
// y = activation((x - mean) / sqrt(var + eps) * scale + shift), mean and biased variance over the pixels and channels
// of a group, x [N, H, W, C] or the channels of x and x2 side by side. Last pass: every workgroup joins the partials of
// its tile's groups (see group_norm_statistics.comp), then streams its rows.
#include "norm/group_norm.glsl"
#include "norm/joined.glsl"
#include "include/activation.glsl"

layout(constant_id = 2) const uint ACTIVATION = 0;

shared float group_mean[WORKGROUP];
shared float group_factor[WORKGROUP];

void join_groups(Tile t)
{
    for (uint g = gl_LocalInvocationID.x; g < t.group_count; g += WORKGROUP) {
        uint base = (t.image * p.groups + t.group + g) * p.partial_count;
        vec2 joined = join_partials(p.partials, base, p.partial_count, p.eps);
        group_mean[g] = joined.x;
        group_factor[g] = joined.y;
    }
    barrier();
}

void main()
{
    Tile t = this_tile();
    join_groups(t);
    uint column = gl_LocalInvocationID.x % t.columns;
    uint lane = gl_LocalInvocationID.x / t.columns;
    if (lane >= t.lanes)
        return;
    uint channel = t.first_channel + column * VECTOR;
    vec4 mean = vec4(0), factor = vec4(0), shift = vec4(0);
    [[unroll]] for (uint k = 0; k < VECTOR; ++k) {
        uint g = p.tiles_per_group > 1 ? 0 : (column * VECTOR + k) / p.group_channels;
        mean[k] = group_mean[g];
        factor[k] = group_factor[g] * load_f32(p.scale, channel + k);
        shift[k] = load_f32(p.shift, channel + k);
    }
    Source s = source_of(t, channel);
    uint out_stride = p.channels / VECTOR;
    uint out_offset = t.image * p.rows * out_stride + channel / VECTOR;
    for (uint row = t.first_row + lane; row < t.last_row; row += t.lanes) {
        vec4 y = normalise(read(s, row), mean, factor, shift);
        if (VECTOR == 4)
            store4(p.out_address, row * out_stride + out_offset, activate4(y, ACTIVATION));
        else
            store(p.out_address, row * out_stride + out_offset, activate(y.x, ACTIVATION));
    }
}
