// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which part of a document goes to the model, and at what size: models draw best at the size they were trained on, and
// need to see what is around the place where they paint.

#include "app/inpaint/task.h"
#include "app/session/tiles.h"

namespace igneous {

struct FrameWish {
    Task task = Task::fill;
    int document_width = 0, document_height = 0;
    Rect frame;                            // the generation frame; empty: none was set
    Rect mask;                             // bounds of what is masked, in the document; empty: nothing is
    double padding = 0.5;                  // context on each side, in the longer side of the mask
    int best_side = 512;                   // of the squares the model was trained on, pixels
};

/// A part of the document and the size that it runs at.
struct ModelFrame {
    Rect area;                             // in pixels of the document; only Expand goes beyond its edges
    int width = 0, height = 0;             // as many pixels as best_side^2 has, about; multiples of model_multiple()
    bool operator==(ModelFrame const&) const = default;
};

/// A frame that the artist set is taken as it is, as far as it lies in the document, where it touches the mask.
/// Otherwise it is the mask with its padding, moved and cut to lie in the document, or, without a mask, all of the
/// document. Throws invalid_argument, with what to do, for a task that has no place.
ModelFrame model_frame(FrameWish const& wish);

/// Small models take multiples of 8; of larger ones all layers come out even at multiples of 64.
constexpr int model_multiple(int best_side) { return best_side < 512 ? 8 : 64; }

/// The part of both.
Rect intersected(Rect const& one, Rect const& other);
bool contains(Rect const& outer, Rect const& inner);

}
