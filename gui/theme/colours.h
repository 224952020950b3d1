// SPDX-License-Identifier: Apache-2.0
#pragma once

// The few colours that everything is drawn with, by their use. Text on its ground has a contrast of 4.5:1 or more, faint
// text and the outlines of controls 3:1 (WCAG 2.2); a test measures it.

#include <QColor>

namespace igneous {

struct Colours {
    QColor ground;         // behind everything
    QColor panel;          // docks, bars, dialogs
    QColor raised;         // buttons, inputs
    QColor hover;          // what the pointer is over
    QColor line;           // separators: decoration only
    QColor outline;        // around inputs and buttons: tells where they are
    QColor text;
    QColor faint;          // labels, hints
    QColor accent;         // what is chosen, the one main button
    QColor on_accent;      // text on it
    QColor danger;         // errors, deletes
    QColor caution;        // works, but not all of it
    QColor good;           // done, fits
    QColor canvas;         // around the picture: neutral, so that it tints nothing
};

Colours const& dark_colours();
Colours const& light_colours();

/// Contrast of two opaque colours, 1..21 (WCAG 2.2, relative luminance).
double contrast(QColor const& a, QColor const& b);

}
