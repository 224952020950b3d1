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

namespace igneous {

Pointer CanvasView::pointer(QPointF const& in_widget, Qt::KeyboardModifiers modifiers) const
{
    return { .at = to_document(in_widget), .in_widget = in_widget, .modifiers = modifiers };
}

QCursor CanvasView::usual_cursor() const { return m_tool && m_document ? m_tool->cursor() : Qt::ArrowCursor; }

void CanvasView::use(Pointer const& where)
{
    Q_EMIT pointer_moved(where.at);
    if (is_moving())
        move_to(where.in_widget);
    else if (m_use == Use::tool)
        m_tool->drag(where);
    else if (m_use == Use::brush)
        drag_brush(where.in_widget);
    else if (m_tool && m_document)
        m_tool->hover(where);
}

void CanvasView::use_no_more(Pointer const& where)
{
    if (std::exchange(m_use, Use::none) == Use::tool) {
        m_tool->release(where);
        Q_EMIT tool_used();
    }
    end_moving();
}

/// To the right it becomes larger, upwards harder.
void CanvasView::drag_brush(QPointF const& at)
{
    QPointF const by = at - m_last;
    m_options.set(setting::brush_size, m_options.get(setting::brush_size) + by.x() / zoom());
    m_options.set(setting::brush_hardness, m_options.get(setting::brush_hardness) - by.y() / 200);
    m_last = at;
}

void CanvasView::mousePressEvent(QMouseEvent* event)
{
    if (!m_document || is_moving() || m_use != Use::none)
        return;
    bool const left = event->button() == Qt::LeftButton;
    m_last = event->position();
    if (event->button() == Qt::RightButton && event->modifiers() & Qt::AltModifier) {
        m_use = Use::brush;
    } else if (left && !holds_space() && m_tool) {
        m_use = Use::tool;
        m_tool->press(pointer(event->position(), event->modifiers()));
    } else {
        MovableView::mousePressEvent(event);
    }
}

void CanvasView::mouseMoveEvent(QMouseEvent* event) { use(pointer(event->position(), event->modifiers())); }

void CanvasView::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_use != Use::tool || event->button() == Qt::LeftButton)
        use_no_more(pointer(event->position(), event->modifiers()));
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
        if (is_moving() || m_use != Use::none || !m_tool)
            return;
        setFocus(Qt::MouseFocusReason);
        if (holds_space())
            return begin_moving(event->modifiers(), event->position());
        m_use = Use::tool;
        m_tool->press(where);
        return;
    case QEvent::TabletMove: use(where); return;
    case QEvent::TabletRelease:
        if (m_use != Use::tool || event->buttons() == Qt::NoButton)
            use_no_more(where);
        return;
    default: return;
    }
}

void CanvasView::keyPressEvent(QKeyEvent* event)
{
    bool done = false;
    if (m_tool && event->key() == Qt::Key_Escape) {
        if (is_pressed())
            m_use = Use::none;
        done = m_tool->cancel();
    } else if (m_tool && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        done = m_tool->confirm();
    }
    if (!done)
        MovableView::keyPressEvent(event);
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
