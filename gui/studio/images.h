// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pictures between the program's own type and Qt's.

#include "app/session/document.h"

#include <QImage>

namespace igneous {

QImage to_qimage(Image const& image);
/// RGB, or RGBA where the picture has transparency.
Image from_qimage(QImage const& image);
/// A part of a layer (in the pixels around it) as it is seen, as small as `largest` pixels a side ask for; a mask is
/// white where it is.
QImage sampled(Layer const& layer, Rect const& area, int largest);

}
