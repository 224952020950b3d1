// SPDX-License-Identifier: Apache-2.0
#pragma once

// A document to work on, and looks at it.

#include "app/session/session.h"
#include "gui/window/workbench.h"

#include <array>

namespace igneous {
class CanvasView;
}

namespace igneous::test {

/// Opens a document with one opaque layer of sky, hills and texture.
void open_landscape(Session& session, int width, int height);
/// Sets the mask there, making the mask layer where there is none.
void paint_mask(Session& session, Rect const& area);
/// A square of one colour on the lowest layer.
void paint_square(Session& session, Rect const& area);
Document const& active(Session const& session);
Rect whole(Session const& session);
std::array<std::uint8_t, 4> pixel(Image const& rgba, int x, int y);
bool differs_inside(Image const& before, Image const& after, Image const& mask);
bool differs_outside(Image const& before, Image const& after, Image const& mask);
CanvasView& canvas_of(Workbench& workbench);
/// What the window tells the user now; empty when nothing.
QString notice_of(Workbench& workbench);

}
