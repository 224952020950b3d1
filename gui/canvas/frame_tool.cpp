// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/frame_tool.h"

#include "gui/canvas/canvas_view.h"
#include "gui/theme/theme.h"

#include <QCoreApplication>
#include <QPainter>

#include <cmath>

namespace igneous {

namespace {

constexpr int grid = 8, least_side = 64;
constexpr double reach = 10;               // widget pixels

int on_grid(double value) { return static_cast<int>(std::round(value / grid)) * grid; }

/// Which of the two sides is near, if one is.
int side_at(double value, double low, double high, double near)
{
    return std::abs(value - low) <= near ? -1 : std::abs(value - high) <= near ? 1 : 0;
}

}

QRect FrameTool::frame() const
{
    Rect const has = m_context.document()->properties.frame;
    return has.empty() ? QRect() : QRect(has.x, has.y, has.width, has.height);
}

void FrameTool::press(Pointer const& pointer)
{
    if (!m_context.document())
        return;
    m_pressed = true;
    m_from = pointer.at;
    m_before = frame();
    double const near = reach / m_context.view.zoom();
    QRectF const box(m_before);
    m_anew = m_before.isEmpty() || !box.adjusted(-near, -near, near, near).contains(pointer.at);
    m_grip = { side_at(pointer.at.x(), box.left(), box.right(), near),
        side_at(pointer.at.y(), box.top(), box.bottom(), near) };
    m_context.session.begin_group(QCoreApplication::translate("FrameTool", "Frame").toStdString());
}

void FrameTool::drag(Pointer const& pointer)
{
    Document const* const document = m_context.document();
    if (!m_pressed || !document)
        return;
    QPointF const by = pointer.at - m_from;
    QRect next = m_before;
    if (m_anew) {
        QRectF const drawn = QRectF(m_from, pointer.at).normalized();
        if (std::max(drawn.width(), drawn.height()) * m_context.view.zoom() < 4)
            return;
        next = QRect(on_grid(drawn.x()), on_grid(drawn.y()), std::max(least_side, on_grid(drawn.width())),
            std::max(least_side, on_grid(drawn.height())));
    } else if (m_grip.isNull()) {
        next.translate(on_grid(by.x()), on_grid(by.y()));
    } else {
        int const dx = on_grid(by.x()), dy = on_grid(by.y());
        if (m_grip.x() < 0)
            next.setLeft(std::min(next.left() + dx, next.right() + 1 - least_side));
        if (m_grip.x() > 0)
            next.setWidth(std::max(least_side, on_grid(next.width() + dx)));
        if (m_grip.y() < 0)
            next.setTop(std::min(next.top() + dy, next.bottom() + 1 - least_side));
        if (m_grip.y() > 0)
            next.setHeight(std::max(least_side, on_grid(next.height() + dy)));
    }
    if (next != frame())
        m_context.session.push(set_frame(*document, { next.x(), next.y(), next.width(), next.height() }));
}

bool FrameTool::confirm()
{
    if (!std::exchange(m_pressed, false))
        return false;
    m_context.session.end_group();
    return true;
}

bool FrameTool::cancel()
{
    if (!std::exchange(m_pressed, false))
        return false;
    m_context.session.cancel_group();
    return true;
}

void FrameTool::paint(QPainter& painter)
{
    QRect const box = frame();
    if (box.isEmpty())
        return;
    QRectF const shape(box);
    painter.setPen(QPen(dark_colours().accent, 1.5));
    painter.setBrush(Qt::white);
    for (int y = -1; y <= 1; ++y)
        for (int x = -1; x <= 1; ++x)
            if (x || y) {
                QPointF const at = m_context.view.view().to_widget().map(
                    shape.center() + QPointF(x * shape.width() / 2, y * shape.height() / 2));
                painter.drawRect(QRectF(at.x() - 4, at.y() - 4, 8, 8));
            }
    painter.setPen(Qt::white);
    QPointF const corner = m_context.view.view().to_widget().map(shape.topLeft());
    QString const size = QStringLiteral("%1 × %2").arg(box.width()).arg(box.height());
    QRectF const label(corner + QPointF(8, 8), QSizeF(painter.fontMetrics().horizontalAdvance(size) + 12, 20));
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(0, 0, 0, 170));
    painter.drawRoundedRect(label, 4, 4);
    painter.setPen(Qt::white);
    painter.drawText(label, Qt::AlignCenter, size);
}

}
