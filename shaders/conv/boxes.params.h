// SPDX-License-Identifier: Apache-2.0
#ifndef IGNEOUS_BOXES_PARAMS_H
#define IGNEOUS_BOXES_PARAMS_H

BEGIN_PARAMS
const uint BOX_WIDTH = 16;     // pixels of a tile that lie side by side: conv/boxes.glsl
END_PARAMS

#endif
