// SPDX-License-Identifier: Apache-2.0
#ifndef IGNEOUS_LANES_PARAMS_H
#define IGNEOUS_LANES_PARAMS_H

BEGIN_PARAMS
const uint RUN = 8;     // elements that a lane reads before it computes (include/lanes.glsl)
END_PARAMS

#endif
