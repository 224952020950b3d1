// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tools that put a layer elsewhere, or what is selected of it: move, and transform with handles.

#include "gui/canvas/floating_piece.h"

#include <QPolygonF>

#include <functional>
#include <optional>

namespace igneous {

class MoveTool : public Tool {
public:
    MoveTool(CanvasContext const& context, std::function<void(QString const&)> tell)
        : Tool(context)
        , m_tell(std::move(tell))
        , m_piece(context, m_tell)
    {}
    void press(Pointer const& pointer) override;
    void drag(Pointer const& pointer) override;
    void release(Pointer const&) override { confirm(); }
    bool cancel() override;
    bool confirm() override;
    QCursor cursor() const override { return Qt::SizeAllCursor; }
    /// By so many pixels, as the arrow keys ask.
    void nudge(int x, int y);
    /// Who knows which layers are to be moved, where that is not only the active one.
    void set_chosen(std::function<std::vector<LayerId>()> chosen) { m_chosen = std::move(chosen); }

private:
    std::vector<LayerId> layers() const;
    std::vector<LayerId> movable_layers() const;
    void move(std::vector<LayerId> const& layers, QPoint const& by);

    std::function<void(QString const&)> m_tell;
    FloatingPiece m_piece;
    std::optional<QPoint> m_by;            // how far what is selected was drawn, while it is
    std::function<std::vector<LayerId>()> m_chosen;
    std::vector<LayerId> m_layers;         // while all of them is moved
    QPoint m_moved;                        // how far they are
    QPointF m_from;
};

/// Shows the pixels as they would become; Enter, a double press beside it or another tool make it so, Esc does not.
class TransformTool : public Tool {
public:
    TransformTool(CanvasContext const& context, std::function<void(QString const&)> tell)
        : Tool(context)
        , m_piece(context, std::move(tell))
    {}
    void begin() override;
    void press(Pointer const& pointer) override;
    void drag(Pointer const& pointer) override;
    void release(Pointer const& pointer) override;
    bool cancel() override;
    bool confirm() override;
    void paint(QPainter& painter) override;
    QCursor cursor() const override { return Qt::ArrowCursor; }

private:
    enum class Grip { none, scale, rotate, move };
    struct Gesture {
        void (TransformTool::*what)(Pointer const&);
        Pointer pointer;
    };
    bool wait(void (TransformTool::*what)(Pointer const&), Pointer const& pointer);
    /// The pixels where they were lifted to where they are now, both in the document.
    QTransform to_document() const;
    QPolygonF handles() const;             // corners and middles of edges, in the widget
    void scale_to(Pointer const& pointer);

    FloatingPiece m_piece;
    std::vector<Gesture> m_waiting;        // for the pixels
    QPointF m_middle, m_scale { 1, 1 };    // of the box, now
    double m_degrees = 0;

    Grip m_grip = Grip::none;
    QPointF m_handle;                      // -1, 0 or 1 in each direction from the middle
    QPointF m_from, m_middle_before, m_scale_before;
    double m_degrees_before = 0;
};

}
