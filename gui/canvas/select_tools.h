// SPDX-License-Identifier: Apache-2.0
#pragma once

// Lasso and rectangle. Shift adds to what is selected, Alt takes away, both leave what is in both; a click selects
// nothing.

#include "app/paint/selection.h"
#include "gui/canvas/tool.h"

#include <functional>

namespace igneous {

/// Makes what `mask` gives (in the document's pixels) the selection, as one step to undo. It is called beside the
/// window.
void select(CanvasContext const& context, QString const& name,
    std::function<TileGrid(Document const&, std::stop_token const&)> mask);

class SelectTool : public Tool {
public:
    using Tool::Tool;
    void press(Pointer const& pointer) override;
    void drag(Pointer const& pointer) override;
    void release(Pointer const& pointer) override;
    bool cancel() override;
    void paint(QPainter& painter) override;

protected:
    /// What was drawn so far, closed, in the document's pixels.
    virtual QPolygonF outline(QList<QPointF> const& points, Qt::KeyboardModifiers modifiers) const = 0;
    /// What makes the mask of it; it is called beside the window.
    using Mask = TileGrid (*)(QPolygonF const& outline, Rect const& area, std::stop_token const& stop);
    virtual Mask mask() const = 0;

private:
    QList<QPointF> m_points;
    Qt::KeyboardModifiers m_modifiers;     // when it was pressed: how it is joined
    Qt::KeyboardModifiers m_now;
};

class LassoTool : public SelectTool {
public:
    using SelectTool::SelectTool;

protected:
    QPolygonF outline(QList<QPointF> const& points, Qt::KeyboardModifiers) const override { return points; }
    Mask mask() const override;
};

class RectangleTool : public SelectTool {
public:
    using SelectTool::SelectTool;

protected:
    QPolygonF outline(QList<QPointF> const& points, Qt::KeyboardModifiers modifiers) const override;
    Mask mask() const override;
};

}
