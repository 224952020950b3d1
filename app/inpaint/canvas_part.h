// SPDX-License-Identifier: Apache-2.0
#pragma once

// From a document to the part of it that a task sends.

#include "app/inpaint/prepare.h"
#include "app/session/document.h"

namespace igneous {

/// The smallest that holds what mask_of() has of the document; empty where nothing is masked.
Rect mask_bounds(Document const& document);
/// Of what is above 0 in a picture of one channel; empty where nothing is.
Rect bounds_in(Image const& mask);
/// Without looking at pixels: for a button.
bool has_mask(Document const& document);
/// Whether anything is painted that flatten() could show.
bool has_picture(Document const& document);

/// About what canvas_part() would send, without looking at pixels: to say beforehand what it will take. Throws alike.
ModelFrame likely_frame(Document const& document, Task task, double padding, int best_side);

/// The document flattened where model_frame() says, and its mask. What layers have beyond the document's edges does not
/// count. Throws as model_frame() does.
CanvasPart canvas_part(Document const& document, Task task, double padding, int best_side);

}
