// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/select_tools.h"

#include "app/paint/rects.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/pixel_work.h"

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

void select(CanvasContext const& context, QString const& name,
    std::function<TileGrid(Document const&, std::stop_token const&)> mask)
{
    if (Document const* document = context.document())
        context.work.change(QCoreApplication::translate("SelectTool", "Selecting…"), name, document->id, 0,
            [mask = std::move(mask)](Document const& now, TileGrid const& selection, std::stop_token const& stop) {
                return tiles_between(selection, mask(now, stop));
            });
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
    QPolygonF const shape = outline(std::exchange(m_points, {}), m_now & ~m_modifiers);
    m_context.view.update();
    QSizeF const size = shape.boundingRect().size();
    bool const click = std::max(size.width(), size.height()) * m_context.view.zoom() < 3;
    Joining const how = joining(m_modifiers);
    if (click && how != Joining::replace)
        return;
    select(m_context, QCoreApplication::translate("SelectTool", "Select"),
        [mask = click ? nullptr : mask(), shape, how, area = m_context.view.document_area()](
            Document const& now, std::stop_token const& stop) {
            return joined(now.selection, mask ? mask(shape, area, stop) : TileGrid(1), how);
        });
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

SelectTool::Mask LassoTool::mask() const
{
    return [](QPolygonF const& outline, Rect const& area, std::stop_token const& stop) {
        std::vector<Point> points;
        for (QPointF const& point : outline)
            points.push_back({ point.x(), point.y() });
        return polygon_mask(points, area, stop);
    };
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

SelectTool::Mask RectangleTool::mask() const
{
    return [](QPolygonF const& outline, Rect const& area, std::stop_token const&) {
        QRect const box = outline.boundingRect().toRect();
        return rectangle_mask(common({ box.x(), box.y(), box.width(), box.height() }, area));
    };
}

}
