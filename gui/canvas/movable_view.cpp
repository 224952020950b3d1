// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/movable_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include <cmath>

namespace igneous {

MovableView::MovableView(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::ClickFocus);                // Tab has another meaning here; it goes through the panels
    setMinimumSize(240, 200);
}

void MovableView::view_moved()
{
    update();
    Q_EMIT view_changed();
}

void MovableView::fit()
{
    m_fitted = true;
    m_view.fit(content_size(), size());
    view_moved();
}

void MovableView::actual_size()
{
    m_fitted = false;
    m_view.set_zoom(1 / devicePixelRatioF(), middle());
    view_moved();
}

void MovableView::zoom_by(double factor)
{
    m_fitted = false;
    m_view.zoom_by(factor, middle());
    view_moved();
}

void MovableView::mirror()
{
    m_view.mirror(middle());
    view_moved();
}

void MovableView::rotate_by(double degrees)
{
    m_fitted = false;
    m_view.rotate_to(m_view.degrees() + degrees, middle());
    view_moved();
}

void MovableView::reset_rotation()
{
    m_view.rotate_to(0, middle());
    view_moved();
}

void MovableView::begin_moving(Qt::KeyboardModifiers modifiers, QPointF const& at)
{
    m_gesture = modifiers & Qt::ShiftModifier ? Gesture::turn : Gesture::pan;
    m_last = at;
    show_cursor();
}

void MovableView::end_moving()
{
    m_gesture = Gesture::none;
    show_cursor();
}

void MovableView::show_cursor()
{
    setCursor(is_moving() ? Qt::ClosedHandCursor : m_space ? Qt::OpenHandCursor : usual_cursor());
}

void MovableView::move_to(QPointF const& at)
{
    if (m_gesture == Gesture::none)
        return;
    moving();
    m_fitted = false;
    if (m_gesture == Gesture::pan) {
        m_view.pan_by(at - m_last);
    } else {
        auto const angle = [this](QPointF const& p) { return std::atan2(p.y() - middle().y(), p.x() - middle().x()); };
        m_view.rotate_to(m_view.degrees() + (angle(at) - angle(m_last)) * 180 / M_PI, middle());
    }
    m_last = at;
    view_moved();
}

void MovableView::resizeEvent(QResizeEvent*)
{
    if (m_fitted)
        fit();
}

void MovableView::wheelEvent(QWheelEvent* event)
{
    if (content_size().isEmpty() || event->angleDelta().y() == 0)
        return;
    m_fitted = false;
    moving();
    m_view.zoom_by(std::pow(1.0015, event->angleDelta().y()), event->position());
    view_moved();
}

void MovableView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && m_space))
        begin_moving(event->modifiers(), event->position());
}

void MovableView::mouseMoveEvent(QMouseEvent* event) { move_to(event->position()); }
void MovableView::mouseReleaseEvent(QMouseEvent*) { end_moving(); }

void MovableView::keyPressEvent(QKeyEvent* event)
{
    if (event->key() != Qt::Key_Space)
        return QWidget::keyPressEvent(event);
    m_space = true;
    show_cursor();
}

void MovableView::keyReleaseEvent(QKeyEvent* event)
{
    if (event->key() != Qt::Key_Space)
        return QWidget::keyReleaseEvent(event);
    if (!event->isAutoRepeat()) {
        m_space = false;
        show_cursor();
    }
}

void MovableView::focusOutEvent(QFocusEvent*)
{
    m_space = false;
    show_cursor();
}

}
