// SPDX-License-Identifier: Apache-2.0
// Statistics of each channel of a picture in boxes of BOX_LINES x BOX_WIDTH pixels, numbered [down][across], at an edge
// of fewer: f32 [N, boxes, 2, channels], mean and sum of squared differences from it. All who make them go through here,
// so that equal values have the same bits, whoever stored them.
// An invocation sums up a line of a box, the first of BOX_LINES lanes joins them (Chan, Golub, LeVeque 1979).
// Wants WORKGROUP, a multiple of BOX_LINES.
#include "conv/boxes.params.h"

struct Picture {
    Address x, statistics;
    uint height, width, channels;
};

const uint LINE_LANES = WORKGROUP / BOX_LINES;            // invocations with a line each that lie side by side
shared vec2 of_line[WORKGROUP];                           // mean, squares

float load_stored(Address a, uint i)
{
#ifdef STORAGE_f16
    return float(F16Stored(a).at[i]);
#else
    return F32Stored(a).at[i];
#endif
}

/// Of `count` pixels of a line, the first of them element `first`.
vec2 line_statistics(Picture picture, uint first, uint count)
{
    float v[BOX_WIDTH];
    precise float sum = 0, squares = 0;
    [[unroll]] for (uint i = 0; i < BOX_WIDTH; ++i) {
        v[i] = i < count ? load_stored(picture.x, first + i * picture.channels) : 0;
        sum += v[i];
    }
    precise float mean = sum / float(count);
    [[unroll]] for (uint i = 0; i < BOX_WIDTH; ++i) {
        precise float d = i < count ? v[i] - mean : 0;
        squares += d * d;
    }
    return vec2(mean, squares);
}

/// Of one channel of the box that begins with pixel (y, x). All invocations call it, for LINE_LANES channels together;
/// `there`: whether this one is asked for.
void box_statistics(bool there, Picture picture, uint image, uint y, uint x, uint channel)
{
    there = there && y < picture.height && channel < picture.channels;
    uint line = gl_LocalInvocationID.x / LINE_LANES;
    uint lines = min(BOX_LINES, picture.height - y), count = min(BOX_WIDTH, picture.width - x);
    uint pixel = (image * picture.height + y + line) * picture.width + x;
    if (there && line < lines)
        of_line[gl_LocalInvocationID.x] = line_statistics(picture, pixel * picture.channels + channel, count);
    barrier();
    if (there && line == 0) {
        precise float mean = of_line[gl_LocalInvocationID.x].x, squares = of_line[gl_LocalInvocationID.x].y;
        for (uint i = 1; i < lines; ++i) {
            vec2 next = of_line[gl_LocalInvocationID.x + i * LINE_LANES];
            precise float step = next.x - mean, share = 1.0 / float(i + 1);
            mean += step * share;
            squares += next.y + step * step * (float(i * count) * share);
        }
        uint across = (picture.width + BOX_WIDTH - 1) / BOX_WIDTH, down = (picture.height + BOX_LINES - 1) / BOX_LINES;
        uint box = (image * down + y / BOX_LINES) * across + x / BOX_WIDTH;
        store_f32(picture.statistics, 2 * box * picture.channels + channel, mean);
        store_f32(picture.statistics, (2 * box + 1) * picture.channels + channel, squares);
    }
    barrier();
}
