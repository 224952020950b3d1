// SPDX-License-Identifier: Apache-2.0
#pragma once

// What stands around the Generate button while a document is open: strength, how much of the surroundings the model
// sees, how soft the edge becomes, and the live switch. It shows what it is told and says what was changed; it keeps
// nothing.

#include "app/inpaint/task.h"

#include <QWidget>

class QMenu;
class QToolButton;

namespace igneous {

class NumberRow;
class Section;

class TaskBar : public QWidget {
    Q_OBJECT

public:
    explicit TaskBar(QWidget* parent = nullptr);

    /// None of it emits. `strength` 0..1, `padding` in the mask's longer side, `feather` in pixels.
    void show_values(double strength, double padding, double feather);
    void set_live(bool live);
    /// Without a document only the strength is left: of the picture that is started from.
    void set_document(bool open);
    /// Belongs at the right of the button; its menu is filled by who knows the commands.
    QToolButton& menu_button() { return *m_button; }

Q_SIGNALS:
    void strength_edited(double strength);
    void padding_edited(double padding);
    void feather_edited(double feather);
    void live_edited(bool live);

private:
    NumberRow* m_strength;
    NumberRow* m_padding;
    NumberRow* m_feather;
    Section* m_around;
    QToolButton* m_live;
    QToolButton* m_button;
};

}
