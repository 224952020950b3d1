// SPDX-License-Identifier: Apache-2.0
#pragma once

// Dark, light, or as the system has it: palette, style sheet and measures of the whole program.

#include "gui/theme/colours.h"

#include <QString>

class QApplication;

namespace igneous {

/// Distances in device-independent pixels; everything is a multiple of `unit`.
struct Measures {
    static constexpr int unit = 4, gap = 8, margin = 12, control = 28, corner = 5;
};

/// "dark", "light" or "system"; other names mean dark.
void apply_theme(QApplication& application, QString const& name);
/// Of all text, in points; 0: as the system has it.
void apply_font_size(QApplication& application, int points);
/// Those in use.
Colours const& colours();

}
