// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pictures between the program's own type and Qt's.

#include "models/api/image.h"

#include <QImage>

namespace igneous {

QImage to_qimage(Image const& image);
/// RGB, or RGBA where the picture has transparency.
Image from_qimage(QImage const& image);

}
