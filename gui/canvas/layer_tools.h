// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tools that put a layer elsewhere: move, and transform with handles.

#include "app/paint/transform.h"
#include "gui/canvas/tool.h"

#include <QImage>
#include <QTransform>

#include <functional>

namespace igneous {

class MoveTool : public Tool {
public:
    MoveTool(CanvasContext const& context, std::function<void(QString const&)> tell)
        : Tool(context)
        , m_tell(std::move(tell))
    {}
    void press(Pointer const& pointer) override;
    void drag(Pointer const& pointer) override;
    void release(Pointer const&) override { confirm(); }
    bool cancel() override;
    bool confirm() override;
    QCursor cursor() const override { return Qt::SizeAllCursor; }
    /// By so many pixels, as the arrow keys ask.
    void nudge(int x, int y);

private:
    std::function<void(QString const&)> m_tell;
    LayerId m_layer = 0;                   // while it is moved
    QPointF m_from;
    QPoint m_before;                       // the layer's place when it was pressed
};

/// Shows the layer as it would become; Enter, a double press beside it or another tool make it so, Esc does not.
class TransformTool : public Tool {
public:
    TransformTool(CanvasContext const& context, std::function<void(QString const&)> tell)
        : Tool(context)
        , m_tell(std::move(tell))
    {}
    void begin() override;
    void press(Pointer const& pointer) override;
    void drag(Pointer const& pointer) override;
    void release(Pointer const&) override { m_grip = Grip::none; }
    bool cancel() override;
    bool confirm() override;
    void paint(QPainter& painter) override;
    QCursor cursor() const override { return Qt::ArrowCursor; }
    bool is_active() const { return m_layer != 0; }

private:
    enum class Grip { none, scale, rotate, move };
    /// The layer's pixels as they were to where they are now, both in the document.
    QTransform to_document() const;
    QPolygonF handles() const;             // corners and middles of edges, in the widget
    void scale_to(Pointer const& pointer);
    void stop();

    std::function<void(QString const&)> m_tell;
    LayerId m_layer = 0;
    QRectF m_box;                          // of its pixels, in the document
    QImage m_picture;
    QPointF m_middle, m_scale { 1, 1 };    // of the box, now
    double m_degrees = 0;

    Grip m_grip = Grip::none;
    QPointF m_handle;                      // -1, 0 or 1 in each direction from the middle
    QPointF m_from, m_middle_before, m_scale_before;
    double m_degrees_before = 0;
};

}
