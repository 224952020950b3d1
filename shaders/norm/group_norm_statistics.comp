#version 460
// SPDX-License-Identifier: Apache-2.0
// First pass of group_norm: per tile and group the count, the mean and the sum of squared differences from that mean.
// Each invocation runs Welford's method over blocks of four rows of its channels (Chan, Golub, LeVeque 1979: mean and
// squares of a block first, then joined), lanes join per channel, channels per group, always in the same order. No sum
// ever holds more than the differences, so neither large offsets nor many large values lose digits or overflow.
#include "norm/group_norm.glsl"

const uint MAX_VALUES = WORKGROUP * VECTOR;
shared float lane_mean[MAX_VALUES];
shared float lane_squares[MAX_VALUES];

void main()
{
    Tile t = this_tile();
    uint column = gl_LocalInvocationID.x % t.columns;
    uint lane = gl_LocalInvocationID.x / t.columns;
    vec4 mean = vec4(0), squares = vec4(0);
    float count = 0;
    if (lane < t.lanes) {
        Source s = source_of(t, t.first_channel + column * VECTOR);
        for (uint row = t.first_row + lane; row < t.last_row; row += 4 * t.lanes) {
            uint have = min(4, (t.last_row - row + t.lanes - 1) / t.lanes);
            vec4 v[4];
            [[unroll]] for (uint k = 0; k < 4; ++k)
                v[k] = k < have ? read(s, row + k * t.lanes) : vec4(0);
            vec4 block_mean = ((v[0] + v[1]) + (v[2] + v[3])) / float(have);
            vec4 block_squares = vec4(0);
            [[unroll]] for (uint k = 0; k < 4; ++k) {
                vec4 d = k < have ? v[k] - block_mean : vec4(0);
                block_squares += d * d;
            }
            vec4 step = block_mean - mean;
            float joined = count + float(have);
            float share = float(have) / joined;
            mean += step * share;
            squares += block_squares + step * step * (count * share);
            count = joined;
        }
        [[unroll]] for (uint k = 0; k < VECTOR; ++k) {
            lane_mean[(lane * t.columns + column) * VECTOR + k] = mean[k];
            lane_squares[(lane * t.columns + column) * VECTOR + k] = squares[k];
        }
    }
    barrier();

    // Lanes of one channel; lane l has seen ceil((rows - l) / lanes) rows. The result takes lane 0's place.
    uint rows = t.last_row - t.first_row;
    for (uint channel = gl_LocalInvocationID.x; channel < t.span; channel += WORKGROUP) {
        float channel_mean = lane_mean[channel], channel_squares = lane_squares[channel];
        float seen = float((rows + t.lanes - 1) / t.lanes);
        for (uint l = 1; l < min(t.lanes, rows); ++l) {
            float have = float((rows - l + t.lanes - 1) / t.lanes);
            float step = lane_mean[l * t.span + channel] - channel_mean;
            float share = have / (seen + have);
            channel_mean += step * share;
            channel_squares += lane_squares[l * t.span + channel] + step * step * (seen * share);
            seen += have;
        }
        lane_mean[channel] = channel_mean;
        lane_squares[channel] = channel_squares;
    }
    barrier();

    // Channels of one group, all of which have seen `rows` values.
    uint width = t.span / t.group_count;
    for (uint g = gl_LocalInvocationID.x; g < t.group_count; g += WORKGROUP) {
        float group_mean = 0, group_squares = 0;
        for (uint c = g * width; c < (g + 1) * width; ++c) {
            float step = lane_mean[c] - group_mean;
            float seen = float(c - g * width);
            float share = 1.0 / (seen + 1.0);
            group_mean += step * share;
            group_squares += lane_squares[c] + step * step * (float(rows) * seen * share);
        }
        uint at = (t.image * p.groups + t.group + g) * p.partial_count + t.chunk * p.tiles_per_group + t.part;
        store_f32(p.partials, 3 * at, float(rows * width));
        store_f32(p.partials, 3 * at + 1, group_mean);
        store_f32(p.partials, 3 * at + 2, group_squares);
    }
}
