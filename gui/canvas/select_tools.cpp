// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/select_tools.h"

#include "app/paint/rects.h"
#include "gui/canvas/canvas_view.h"

#include <QCoreApplication>
#include <QPainter>

#include <cmath>

namespace igneous {

namespace {

Joining joining(Qt::KeyboardModifiers modifiers)
{
    bool const shift = modifiers & Qt::ShiftModifier, alt = modifiers & Qt::AltModifier;
    return shift && alt ? Joining::intersect : shift ? Joining::add : alt ? Joining::subtract : Joining::replace;
}

}

void set_selection(Session& session, Document const& document, TileGrid const& mask, std::string name)
{
    std::vector<PlacedTile> tiles = tiles_between(document.selection, mask);
    if (!tiles.empty())
        session.push(paint(document, 0, std::move(tiles), std::move(name)));
}

void SelectTool::press(Pointer const& pointer)
{
    m_points = { pointer.at };
    m_modifiers = m_now = pointer.modifiers;
}

void SelectTool::drag(Pointer const& pointer)
{
    if (m_points.isEmpty())
        return;
    m_points.append(pointer.at);
    m_now = pointer.modifiers;
    m_context.view.update();
}

void SelectTool::release(Pointer const&)
{
    Document const* const document = m_context.document();
    QPolygonF const shape = outline(std::exchange(m_points, {}), m_now & ~m_modifiers);
    m_context.view.update();
    if (!document)
        return;
    QSizeF const size = shape.boundingRect().size();
    bool const click = std::max(size.width(), size.height()) * m_context.view.zoom() < 3;
    TileGrid const drawn = click ? TileGrid(1) : mask(shape, m_context.view.document_area());
    Joining const how = joining(m_modifiers);
    if (click && how != Joining::replace)
        return;
    set_selection(m_context.session, *document, joined(document->selection, drawn, how),
        QCoreApplication::translate("SelectTool", "Select").toStdString());
}

bool SelectTool::cancel()
{
    bool const was = !m_points.isEmpty();
    m_points.clear();
    m_context.view.update();
    return was;
}

void SelectTool::paint(QPainter& painter)
{
    if (m_points.size() < 2)
        return;
    QPolygonF const shape = m_context.view.view().to_widget().map(outline(m_points, m_now & ~m_modifiers));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(Qt::white, 1.5));
    painter.drawPolygon(shape);
    painter.setPen(QPen(Qt::black, 1.5, Qt::DotLine));
    painter.drawPolygon(shape);
}

TileGrid LassoTool::mask(QPolygonF const& outline, Rect const& area) const
{
    std::vector<Point> points;
    for (QPointF const& point : outline)
        points.push_back({ point.x(), point.y() });
    return polygon_mask(points, area);
}

/// From corner to corner; with Shift pressed later a square.
QPolygonF RectangleTool::outline(QList<QPointF> const& points, Qt::KeyboardModifiers modifiers) const
{
    QPointF const from = points.front();
    QPointF by = points.back() - from;
    if (modifiers & Qt::ShiftModifier) {
        double const side = std::max(std::abs(by.x()), std::abs(by.y()));
        by = { std::copysign(side, by.x()), std::copysign(side, by.y()) };
    }
    auto const whole = [](QPointF const& p) { return QPointF(std::round(p.x()), std::round(p.y())); };
    return QRectF(whole(from), whole(from + by)).normalized();
}

TileGrid RectangleTool::mask(QPolygonF const& outline, Rect const& area) const
{
    QRect const box = outline.boundingRect().toRect();
    return rectangle_mask(common({ box.x(), box.y(), box.width(), box.height() }, area));
}

}
