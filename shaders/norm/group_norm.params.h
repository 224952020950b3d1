// SPDX-License-Identifier: Apache-2.0
// A tile is chunk_rows pixels x span channels of one image: whole groups (group_count of them), or, where a group is
// wider than a workgroup can take, part of one group. Tiles along the channels are numbered by gl_WorkGroupID.y, along
// the pixels by .x, images by .z. "Partials" are (count, mean, sum of squared differences) per image, group and tile.
BEGIN_PARAMS
struct GroupNormParams {
    Address x, x2;             // x2: channels x_channels and up; zero where there is none
    Address scale, shift;      // not read by the statistics
    Address partials;          // [images, groups, partial_count, 3] f32
    Address out_address;
    uint rows;                 // pixels of an image
    uint channels, x_channels; // of [x, x2] together and of x
    uint groups, group_channels;
    uint groups_per_tile;      // whole groups in a tile; 1 where a group has several tiles
    uint tiles_per_group;      // 1, or more where a group is too wide
    uint chunk_rows;
    uint partial_count;
    float eps;
};

struct GroupNormTableParams {
    Address scale, shift;
    Address partials;          // [images, groups, partial_count, 3]
    Address table;             // [images, 3, channels] f32: mean, factor, shift
    uint group_channels;
    uint partial_count;
    float eps;
};

struct BoxStatisticsParams {
    Address x;                 // [images, height, width, channels]
    Address statistics;        // [images, boxes, 2, channels] f32
    uint height, width, channels;
};

struct BoxJoinParams {
    Address statistics;        // [images, boxes, 2, channels]
    Address statistics2;       // [images, boxes, 2, channels2], of the channels behind; zero where there are none
    Address partials;          // [images, groups, partial_count, 3]
    uint height, width;
    uint channels, channels2;
    uint group_channels;
    uint run_lines;            // rows of boxes in a run
    uint partial_count;        // runs
};

struct GroupNormCombineParams {
    Address partials;          // [count of groups and images, partial_count, 3]
    Address combined;          // [count of groups and images, 1, 3]
    uint partial_count;
};
END_PARAMS
