// SPDX-License-Identifier: Apache-2.0
#pragma once

// The icons of resources/icons, in the colours of the theme: one SVG each, drawn in currentColor.

#include <QIcon>
#include <QString>

class QColor;

namespace igneous {

/// The icon by its file's name without ending, in the theme's text colour (faint where disabled, accent where on). Sharp at
/// any scale.
QIcon icon(QString const& name);
/// In one colour, whatever the theme.
QIcon icon(QString const& name, QColor const& colour);
/// A file of 12 pixels with the icon in one colour, for style sheets, which take nothing else. Lives as long as the program.
QString icon_file(QString const& name, QColor const& colour);

}
