// SPDX-License-Identifier: Apache-2.0
// What the canvas hears: the view's own gestures, and what goes to the tool.
#include "gui/canvas/canvas_options.h"
#include "gui/canvas/canvas_view.h"

#include <QDragEnterEvent>
#include <QDropEvent>
#include <QKeyEvent>
#include <QMimeData>
#include <QMouseEvent>
#include <QTabletEvent>
#include <QWheelEvent>

#include <cmath>

namespace igneous {

Pointer CanvasView::pointer(QPointF const& in_widget, Qt::KeyboardModifiers modifiers) const
{
    return { .at = to_document(in_widget), .in_widget = in_widget, .modifiers = modifiers };
}

void CanvasView::press(Drag drag, QPointF const& at)
{
    m_drag = drag;
    m_last = at;
    show_cursor();
}

void CanvasView::show_cursor()
{
    if (m_drag == Drag::pan || m_drag == Drag::rotate)
        setCursor(Qt::ClosedHandCursor);
    else if (m_space)
        setCursor(Qt::OpenHandCursor);
    else
        setCursor(m_tool && m_document ? m_tool->cursor() : QCursor(Qt::ArrowCursor));
}

void CanvasView::move_to(QPointF const& at, Pointer const& where)
{
    Q_EMIT pointer_moved(where.at);
    if (m_drag == Drag::pan || m_drag == Drag::rotate)
        m_rest.start();
    switch (m_drag) {
    case Drag::none:
        if (m_tool && m_document)
            m_tool->hover(where);
        return;
    case Drag::tool: m_tool->drag(where); return;
    case Drag::brush: drag_brush(at); break;
    case Drag::pan:
        m_fitted = false;
        m_view.pan_by(at - m_last);
        view_moved();
        break;
    case Drag::rotate: {
        auto const angle = [this](QPointF const& p) { return std::atan2(p.y() - middle().y(), p.x() - middle().x()); };
        m_fitted = false;
        m_view.rotate_to(m_view.degrees() + (angle(at) - angle(m_last)) * 180 / M_PI, middle());
        view_moved();
        break;
    }
    }
    m_last = at;
}

/// To the right it becomes larger, upwards harder.
void CanvasView::drag_brush(QPointF const& at)
{
    QPointF const by = at - m_last;
    m_options.set(setting::brush_size, m_options.get(setting::brush_size) + by.x() / m_view.zoom());
    m_options.set(setting::brush_hardness, m_options.get(setting::brush_hardness) - by.y() / 200);
}

void CanvasView::mousePressEvent(QMouseEvent* event)
{
    if (!m_document || m_drag != Drag::none)
        return;
    bool const left = event->button() == Qt::LeftButton;
    QPointF const at = event->position();
    if (event->button() == Qt::MiddleButton || (left && m_space)) {
        press(event->modifiers() & Qt::ShiftModifier ? Drag::rotate : Drag::pan, at);
    } else if (event->button() == Qt::RightButton && event->modifiers() & Qt::AltModifier) {
        press(Drag::brush, at);
    } else if (left && m_tool) {
        press(Drag::tool, at);
        m_tool->press(pointer(at, event->modifiers()));
    }
}

void CanvasView::mouseMoveEvent(QMouseEvent* event)
{
    move_to(event->position(), pointer(event->position(), event->modifiers()));
}

void CanvasView::mouseReleaseEvent(QMouseEvent* event)
{
    bool const used = m_drag == Drag::tool;
    if (used && event->button() != Qt::LeftButton)
        return;
    m_drag = Drag::none;
    if (used) {
        m_tool->release(pointer(event->position(), event->modifiers()));
        Q_EMIT tool_used();
    }
    show_cursor();
}

/// A pen works with the tool, whatever its buttons; only with Space held it moves the view.
void CanvasView::tabletEvent(QTabletEvent* event)
{
    event->accept();
    if (!m_document)
        return;
    Pointer where = pointer(event->position(), event->modifiers());
    where.pressure = m_options.pressure(event->pressure());
    where.eraser = event->pointerType() == QPointingDevice::PointerType::Eraser;
    switch (event->type()) {
    case QEvent::TabletPress:
        if (m_drag != Drag::none || !m_tool)
            return;
        setFocus(Qt::MouseFocusReason);
        if (m_space) {
            press(event->modifiers() & Qt::ShiftModifier ? Drag::rotate : Drag::pan, event->position());
            return;
        }
        press(Drag::tool, event->position());
        m_tool->press(where);
        return;
    case QEvent::TabletMove: move_to(event->position(), where); return;
    case QEvent::TabletRelease: {
        bool const used = m_drag == Drag::tool && event->buttons() == Qt::NoButton;
        if (m_drag == Drag::tool && !used)
            return;
        m_drag = Drag::none;
        if (used) {
            m_tool->release(where);
            Q_EMIT tool_used();
        }
        show_cursor();
        return;
    }
    default: return;
    }
}

void CanvasView::wheelEvent(QWheelEvent* event)
{
    if (!m_document || event->angleDelta().y() == 0)
        return;
    m_fitted = false;
    m_rest.start();
    m_view.zoom_by(std::pow(1.0015, event->angleDelta().y()), event->position());
    view_moved();
}

void CanvasView::resizeEvent(QResizeEvent*)
{
    if (m_fitted)
        fit();
}

void CanvasView::keyPressEvent(QKeyEvent* event)
{
    bool done = false;
    if (event->key() == Qt::Key_Space) {
        done = true;
        m_space = true;
        show_cursor();
    } else if (m_tool && event->key() == Qt::Key_Escape) {
        if (m_drag == Drag::tool)
            m_drag = Drag::none;
        done = m_tool->cancel();
    } else if (m_tool && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        done = m_tool->confirm();
    }
    if (!done)
        QWidget::keyPressEvent(event);
}

void CanvasView::keyReleaseEvent(QKeyEvent* event)
{
    if (event->key() != Qt::Key_Space)
        return QWidget::keyReleaseEvent(event);
    if (!event->isAutoRepeat()) {
        m_space = false;
        show_cursor();
    }
}

void CanvasView::focusOutEvent(QFocusEvent*)
{
    m_space = false;
    show_cursor();
}

void CanvasView::enterEvent(QEnterEvent*) { show_cursor(); }

void CanvasView::leaveEvent(QEvent*)
{
    if (m_tool)
        m_tool->hover({ .at = QPointF(-1e6, -1e6), .in_widget = QPointF(-1e6, -1e6) });
}

void CanvasView::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls() || event->mimeData()->hasImage())
        event->acceptProposedAction();
}

void CanvasView::dropEvent(QDropEvent* event)
{
    QPointF const at = to_document(event->position());
    if (event->mimeData()->hasUrls())
        Q_EMIT files_dropped(event->mimeData()->urls(), at);
    else if (event->mimeData()->hasImage())
        Q_EMIT picture_dropped(qvariant_cast<QImage>(event->mimeData()->imageData()), at);
    event->acceptProposedAction();
}

}
