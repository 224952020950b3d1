// SPDX-License-Identifier: Apache-2.0
#pragma once

// From a part of a document to a request for the model, and what has to be kept to bring the answer back.

#include "app/inpaint/frame.h"
#include "models/api/request.h"

namespace igneous {

/// A part of a document: pictures of the size of frame.area.
struct CanvasPart {
    ModelFrame frame;
    Image picture;                         // RGBA, flattened; transparent beyond the document
    Image mask;                            // one channel; 255: masked, or selected
};

struct PreparedTask {
    GenerationRequest request;             // with init picture and mask, at the model's size
    Image before;                          // RGBA, as the part
    Image mask;                            // where the result goes, as the part; what composed() takes
};

/// `base` has prompt, sampler, seed...; its init says the strength wanted (absent: 1).
PreparedTask prepared(Task task, GenerationRequest const& base, CanvasPart part);

}
