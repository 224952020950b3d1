// SPDX-License-Identifier: Apache-2.0
#pragma once

// The generation frame: what part of the document is generated. Dragged anew, moved by its middle, sized by its corners
// and edges; its sides are multiples of 8, as models want them.

#include "gui/canvas/tool.h"

#include <QRect>

namespace igneous {

class FrameTool : public Tool {
public:
    using Tool::Tool;
    void press(Pointer const& pointer) override;
    void drag(Pointer const& pointer) override;
    void release(Pointer const&) override { confirm(); }
    bool cancel() override;
    bool confirm() override;
    void paint(QPainter& painter) override;

private:
    QRect frame() const;
    bool m_pressed = false;
    QPointF m_from;
    QRect m_before;
    QPoint m_grip; // -1, 0, 1: which side is held; (0, 0) moves
    bool m_anew = false;
};

}
