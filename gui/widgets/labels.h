// SPDX-License-Identifier: Apache-2.0
#pragma once

// Small things that every panel is made of, each with a name for those who hear rather than see the window.

#include <QString>

class QLabel;
class QPushButton;
class QToolButton;
class QWidget;

namespace igneous {

/// What a label tells, which decides its colour.
enum class Tone { plain, faint, good, caution, danger, title };

QLabel* label(QString const& text, Tone tone = Tone::plain);
void set_tone(QLabel& label, Tone tone);

/// A flat button with an icon; `name` is its tool tip and its accessible name.
QToolButton* icon_button(QString const& icon, QString const& name);
/// The one button of a panel that stands out.
QPushButton* primary_button(QString const& text);
/// Gives a control its accessible name, and its tool tip where it has none.
void name_control(QWidget& control, QString const& name);

}
