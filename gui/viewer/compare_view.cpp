// SPDX-License-Identifier: Apache-2.0
#include "gui/viewer/compare_view.h"

#include "gui/theme/theme.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace igneous {

using namespace std::chrono_literals;

namespace {

constexpr double most_zoom = 32, grip = 8;

}

CompareView::CompareView(QWidget* parent)
    : QWidget(parent)
{
    setMouseTracking(true);
    setMinimumSize(200, 200);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    m_blink.setInterval(700ms);
    connect(&m_blink, &QTimer::timeout, this, [this] {
        m_blink_other = !m_blink_other;
        update();
    });
}

void CompareView::set_picture(QImage const& picture, bool whole)
{
    m_picture = { picture, {} };
    m_whole = whole;
    m_message.clear();
    update();
}

void CompareView::set_other(QImage const& picture)
{
    m_other = { picture, {} };
    update();
}

void CompareView::set_mode(CompareMode mode)
{
    m_mode = mode;
    m_blink_other = false;
    mode == CompareMode::blink ? m_blink.start() : m_blink.stop();
    fit();
}

void CompareView::set_divider(double share)
{
    m_divider = std::clamp(share, 0.0, 1.0);
    update();
}

void CompareView::set_message(QString const& message)
{
    m_message = message;
    update();
}

void CompareView::fit()
{
    m_zoom = 1;
    m_shift = {};
    update();
}

/// The part of the widget that one of the two is drawn in.
QRectF CompareView::half(bool other) const
{
    QRectF whole = rect();
    if (m_mode == CompareMode::side_by_side) {
        whole.setWidth(whole.width() / 2 - 1);
        if (!other)
            whole.moveLeft(whole.width() + 2);
    }
    return whole;
}

double CompareView::fitting(QSize size, QRectF const& within) const
{
    constexpr double air = 16, largest = 4;          // small ones are not blown up without end
    return size.isEmpty() ? 1
                          : std::min({ (within.width() - 2 * air) / size.width(),
                                (within.height() - 2 * air) / size.height(), largest });
}

QRectF CompareView::place(Side const& side, QRectF const& within) const
{
    // A thumbnail takes the place that its picture will have, and two pictures are as large as each other.
    QSize const size = side.image.size();
    double const longest = std::max(size.width(), size.height());
    QSize const leading = m_picture.image.isNull() ? size : m_picture.image.size();
    double const scale = fitting(leading, within) * m_zoom * std::max(leading.width(), leading.height())
                         / std::max(1.0, longest);
    QSizeF const drawn = QSizeF(size) * scale;
    return { within.center() + m_shift - QPointF(drawn.width() / 2, drawn.height() / 2), drawn };
}

void CompareView::draw(QPainter& painter, Side& side, QRectF const& within)
{
    QRectF const where = place(side, within);
    double const ratio = devicePixelRatioF();
    QSize const pixels = (where.size() * ratio).toSize();
    painter.save();
    painter.setClipRect(within, Qt::IntersectClip);
    if (pixels.width() < side.image.width()) {       // drawn smaller: scaled well, and once
        if (side.scaled.size() != pixels)
            side.scaled = QPixmap::fromImage(
                side.image.scaled(pixels, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
        painter.drawPixmap(where, side.scaled, side.scaled.rect());
    } else {
        painter.setRenderHint(QPainter::SmoothPixmapTransform, !m_whole || pixels.width() < 3 * side.image.width());
        painter.drawImage(where, side.image);
    }
    painter.restore();
}

void CompareView::draw_name(QPainter& painter, QString const& name, QRectF const& within, Qt::Alignment where) const
{
    QRectF badge(0, 0, 24, 22);
    badge.moveTop(within.top() + 12);
    where == Qt::AlignLeft ? badge.moveLeft(within.left() + 12) : badge.moveRight(within.right() - 12);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(0, 0, 0, 160));
    painter.drawRoundedRect(badge, Measures::corner, Measures::corner);
    painter.setPen(Qt::white);
    painter.drawText(badge, Qt::AlignCenter, name);
}

void CompareView::draw_slider(QPainter& painter)
{
    QRectF const shown = place(m_picture, rect());
    double const x = shown.left() + shown.width() * m_divider;
    draw(painter, m_picture, rect());
    painter.save();
    painter.setClipRect(QRectF(0, 0, x, height()));
    painter.fillRect(rect(), colours().canvas);
    draw(painter, m_other, QRectF(rect()));
    painter.restore();
    painter.setPen(QPen(QColor(0, 0, 0, 120), 4));
    painter.drawLine(QPointF(x, shown.top()), QPointF(x, shown.bottom()));
    painter.setPen(QPen(Qt::white, 2));
    painter.drawLine(QPointF(x, shown.top()), QPointF(x, shown.bottom()));
    painter.setBrush(Qt::white);
    painter.setPen(QPen(QColor(0, 0, 0, 120), 1));
    QPointF const middle(x, shown.center().y());
    painter.drawEllipse(middle, 13, 13);
    painter.setPen(QPen(QColor(40, 40, 40), 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    for (int side : { -1, 1 }) {
        QPointF const tip = middle + QPointF(side * 7, 0);
        painter.drawPolyline(QPolygonF({ tip + QPointF(-side * 4, -4), tip, tip + QPointF(-side * 4, 4) }));
    }
}

void CompareView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), colours().canvas);
    bool const two = m_mode != CompareMode::one && !m_other.image.isNull() && !m_picture.image.isNull();
    if (!m_picture.image.isNull() && (!two || m_mode == CompareMode::blink)) {
        draw(painter, two && m_blink_other ? m_other : m_picture, rect());
        if (two)
            draw_name(painter, m_blink_other ? tr("A") : tr("B"), rect(), Qt::AlignLeft);
    } else if (two && m_mode == CompareMode::slider) {
        draw_slider(painter);
    } else if (two) {
        draw(painter, m_other, half(true));
        draw(painter, m_picture, half(false));
        painter.fillRect(QRectF(width() / 2. - 1, 0, 2, height()), colours().line);
    }
    if (two && m_mode != CompareMode::blink) {
        draw_name(painter, tr("A"), rect(), Qt::AlignLeft);
        draw_name(painter, tr("B"), rect(), Qt::AlignRight);
    }
    if (!m_message.isEmpty()) {
        painter.setPen(colours().text);
        painter.drawText(rect().adjusted(40, 40, -40, -40), Qt::AlignCenter | Qt::TextWordWrap, m_message);
    }
}

void CompareView::zoom_at(double factor, QPointF const& at)
{
    double const zoom = std::clamp(m_zoom * factor, 1.0, most_zoom);
    QPointF const from_middle = at - half(at.x() < width() / 2.).center() - m_shift;
    m_shift += from_middle * (1 - zoom / m_zoom);
    m_zoom = zoom;
    if (m_zoom == 1)
        m_shift = {};
    update();
}

void CompareView::toggle_actual_size(QPointF const& at)
{
    double const actual = 1 / (fitting(m_picture.image.size(), half(false)) * devicePixelRatioF());
    zoom_at(std::abs(m_zoom - actual) < 0.01 || actual < 1 ? 1 / m_zoom : actual / m_zoom, at);
}

void CompareView::wheelEvent(QWheelEvent* event)
{
    zoom_at(std::pow(1.0015, event->angleDelta().y()), event->position());
    event->accept();
}

bool CompareView::on_divider(QPointF const& at) const
{
    QRectF const shown = place(m_picture, rect());
    return m_mode == CompareMode::slider && !m_other.image.isNull()
           && std::abs(at.x() - (shown.left() + shown.width() * m_divider)) < grip;
}

void CompareView::mousePressEvent(QMouseEvent* event)
{
    m_pressed = event->position();
    // While everything fits there is nothing to move but the divider.
    m_dragging_divider = on_divider(m_pressed) || (m_mode == CompareMode::slider && m_zoom == 1);
    mouseMoveEvent(event);
}

void CompareView::mouseMoveEvent(QMouseEvent* event)
{
    QPointF const at = event->position();
    if (!(event->buttons() & (Qt::LeftButton | Qt::MiddleButton))) {
        setCursor(on_divider(at) ? Qt::SplitHCursor : m_zoom > 1 ? Qt::OpenHandCursor : Qt::ArrowCursor);
        return;
    }
    QRectF const shown = place(m_picture, rect());
    if (m_dragging_divider) {
        set_divider((at.x() - shown.left()) / std::max(1.0, shown.width()));
    } else if (m_zoom > 1) {
        m_shift += at - m_pressed;
        update();
    }
    m_pressed = at;
}

void CompareView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (!on_divider(event->position()))
        toggle_actual_size(event->position());
}

void CompareView::leaveEvent(QEvent*) { unsetCursor(); }

}
