// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pictures of widgets for a person to look at: build/<preset>/screenshots.

#include <QString>

class QWidget;

namespace igneous::test {

/// Writes the widget at one and two pixels a point, as NAME@1x.png and NAME@2x.png.
void take(QWidget& widget, QString const& name);

}
