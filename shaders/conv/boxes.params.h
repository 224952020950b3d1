// SPDX-License-Identifier: Apache-2.0
#ifndef IGNEOUS_BOXES_PARAMS_H
#define IGNEOUS_BOXES_PARAMS_H

BEGIN_PARAMS
const uint BOX_WIDTH = 16;     // pixels of a tile that lie side by side: conv/boxes.glsl
const uint BOX_LINES = 4;      // of such pixels that have statistics together: norm/box_statistics.glsl
END_PARAMS

#endif
