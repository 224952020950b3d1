// SPDX-License-Identifier: Apache-2.0
#pragma once

// The border of the selection over the canvas: a dash that marches along it, so that it is never taken for paint. Only
// where the border runs is drawn anew; it is traced beside the window. It stands still where the window is not seen and
// where the system wants no motion.

#include "app/session/tiles.h"

#include <QObject>
#include <QPainterPath>
#include <QRegion>
#include <QTimer>
#include <QTransform>

#include <optional>

class QPainter;
class QWidget;

namespace igneous {

class SelectionOutline : public QObject {
    Q_OBJECT

public:
    explicit SelectionOutline(QWidget& canvas);
    /// The selection is another, or there is none any more.
    void forget(bool none);
    /// The border of what is selected in `seen` (document), as coarse as 2^level pixels.
    void paint(
        QPainter& painter, TileGrid const& selection, Rect const& seen, int level, QTransform const& to_widget);
    bool is_marching() const { return m_march.isActive(); }

private:
    void step();
    bool may_march() const;
    struct Trace {
        Rect area;                         // of the document, that is looked at
        int level;
        bool operator==(Trace const&) const = default;
    };
    void trace(TileGrid const& selection, Trace const& wanted);
    void place(QTransform const& to_widget);

    QWidget& m_canvas;
    std::optional<Trace> m_traced, m_tracing;
    QPainterPath m_outline, m_path;        // in the document, in the widget
    QTransform m_to_widget;
    int m_phase = 0;
    QRegion m_where;                       // the border runs, in the widget
    QTimer m_march;
};

/// Squares of the widget that the lines of `path` touch.
QRegion region_along(QPainterPath const& path, QRect const& widget);

}
