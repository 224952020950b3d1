// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/selection_outline.h"

#include "app/paint/compositing.h"
#include "app/paint/rects.h"
#include "app/paint/selection.h"
#include "gui/studio/background.h"

#include <QGuiApplication>
#include <QPainter>
#include <QStyle>
#include <QStyleHints>
#include <QWidget>
#include <QWindow>

#include <cmath>

namespace igneous {

using namespace std::chrono_literals;

namespace {

constexpr int dash = 4;                    // pixels of the screen, and as long a gap

/// Of what is selected in `area`, in the document's pixels.
QPainterPath border(TileGrid const& selection, Rect const& area, int level)
{
    int const size = 1 << level;
    Document alone;
    alone.layers.push_back(make_layer(1, LayerKind::mask, {}));
    alone.layers.front().pixels = selection;
    Image mask(area.width / size, area.height / size, 1);
    compose_mask(alone, area, { .step = size }, mask.pixels);
    QPainterPath path;
    for (auto const& line : outlines(mask)) {
        QPolygonF polygon;
        for (Point const& point : line)
            polygon.append(QPointF(area.x + point.x * size, area.y + point.y * size));
        path.addPolygon(polygon);
        path.closeSubpath();
    }
    return path;
}

}

QRegion region_along(QPainterPath const& path, QRect const& widget)
{
    constexpr int cell = 32;
    int const columns = widget.width() / cell + 1, rows = widget.height() / cell + 1;
    std::vector<bool> touched(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
    auto const touch = [&](QPointF const& at) {
        // The pen's width beside it too.
        for (double dx : { -1.5, 1.5 })
            for (double dy : { -1.5, 1.5 }) {
                int const x = static_cast<int>(std::floor((at.x() + dx) / cell));
                int const y = static_cast<int>(std::floor((at.y() + dy) / cell));
                if (x >= 0 && y >= 0 && x < columns && y < rows)
                    touched[static_cast<std::size_t>(y * columns + x)] = true;
            }
    };
    QRectF const near = QRectF(widget).adjusted(-cell, -cell, cell, cell);
    for (QPolygonF const& line : path.toSubpathPolygons())
        for (qsizetype i = 1; i < line.size(); ++i) {
            QLineF const piece(line[i - 1], line[i]);
            if (!QRectF(piece.p1(), piece.p2()).normalized().adjusted(-1, -1, 1, 1).intersects(near))
                continue;
            int const steps = std::max(1, static_cast<int>(std::ceil(piece.length() / (cell / 4.))));
            for (int k = 0; k <= steps; ++k)
                touch(piece.pointAt(static_cast<double>(k) / steps));
        }
    QRegion region;
    for (int y = 0; y < rows; ++y)
        for (int x = 0; x < columns; ++x)
            if (touched[static_cast<std::size_t>(y * columns + x)])
                region += QRect(x * cell, y * cell, cell, cell);
    return region & widget;
}

SelectionOutline::SelectionOutline(QWidget& canvas)
    : QObject(&canvas)
    , m_canvas(canvas)
{
    m_march.setInterval(120ms);
    connect(&m_march, &QTimer::timeout, this, &SelectionOutline::step);
}

void SelectionOutline::forget(bool none)
{
    m_traced.reset();
    if (none)
        m_outline = {};
    place(m_to_widget);
}

/// A system whose text cursor stands still, or whose style has no animations, wants none here either.
bool SelectionOutline::may_march() const
{
    QWindow const* const window = m_canvas.window()->windowHandle();
    return !m_where.isEmpty() && m_canvas.isVisible() && window && window->isExposed()
           && QGuiApplication::styleHints()->cursorFlashTime() > 0
           && m_canvas.style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, &m_canvas) > 0;
}

void SelectionOutline::step()
{
    if (!may_march()) {                    // the next time that it is drawn may set it off again
        m_march.stop();
        return;
    }
    m_phase = (m_phase + 1) % (2 * dash);
    m_canvas.update(m_where);
}

void SelectionOutline::trace(TileGrid const& selection, Trace const& wanted)
{
    m_traced = m_tracing = wanted;
    in_background(
        this, [selection, wanted] { return border(selection, wanted.area, wanted.level); },
        [this, wanted](QPainterPath const& outline) {
            m_tracing.reset();
            if (m_traced != wanted)        // the selection is another by now
                return m_canvas.update();
            m_outline = outline;
            m_canvas.update(m_where);
            place(m_to_widget);
            m_canvas.update(m_where);
        });
}

void SelectionOutline::place(QTransform const& to_widget)
{
    m_to_widget = to_widget;
    m_path = to_widget.map(m_outline);
    m_where = region_along(m_path, m_canvas.rect());
}

void SelectionOutline::paint(
    QPainter& painter, TileGrid const& selection, Rect const& seen, int level, QTransform const& to_widget)
{
    int const size = 1 << level;
    Rect area = common(widened(seen, size), selection.bounds());
    area = { (area.x >> level) << level, (area.y >> level) << level, (area.width + size) / size * size,
        (area.height + size) / size * size };
    if (Trace const wanted { area, level }; !area.empty() && wanted != m_traced && !m_tracing)
        trace(selection, wanted);          // until it is there the one before is shown
    if (to_widget != m_to_widget)
        place(to_widget);
    painter.resetTransform();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(Qt::white, 1));
    painter.drawPath(m_path);
    QPen dashes(Qt::black, 1);
    dashes.setDashPattern({ dash, dash });
    dashes.setDashOffset(m_phase);
    painter.setPen(dashes);
    painter.drawPath(m_path);
    if (!m_march.isActive() && may_march())
        m_march.start();
}

}
