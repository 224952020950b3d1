// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/picture_view.h"

#include "gui/theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <cmath>

namespace igneous {

PictureView::PictureView(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::ClickFocus);                // Tab has another meaning here; it goes through the panels
    setAccessibleName(tr("Picture"));
    setMinimumSize(240, 200);
}

void PictureView::show_picture(QImage const& picture)
{
    m_picture = picture;
    m_preview = {};
    bool const other = picture.size() != m_size;
    m_size = picture.size();
    if (other)
        fit();
    changed();
}

void PictureView::show_preview(QImage const& preview, QSize full)
{
    m_preview = preview;
    if (full != m_size) {
        m_size = full;
        fit();
    }
    changed();
}

void PictureView::set_hint(QString const& hint)
{
    m_hint = hint;
    update();
}

void PictureView::fit()
{
    m_fitted = true;
    m_view.fit(m_size, size());
    changed();
}

void PictureView::actual_size()
{
    m_fitted = false;
    m_view.set_zoom(1 / devicePixelRatioF(), middle());
    changed();
}

void PictureView::mirror()
{
    m_view.mirror(middle());
    changed();
}

void PictureView::changed()
{
    update();
    Q_EMIT view_changed();
}

void PictureView::paintEvent(QPaintEvent*)
{
    Colours const& c = colours();
    QPainter painter(this);
    painter.fillRect(rect(), c.canvas);
    QImage const& shown = m_preview.isNull() ? m_picture : m_preview;
    if (shown.isNull()) {
        QFont font = painter.font();
        font.setPointSizeF(font.pointSizeF() * 1.15);
        painter.setFont(font);
        painter.setPen(c.canvas.lightness() < 100 ? c.faint : c.text);
        painter.drawText(rect().adjusted(24, 24, -24, -24), Qt::AlignCenter | Qt::TextWordWrap, m_hint);
        return;
    }
    painter.setTransform(m_view.to_widget());
    // Above three screen pixels a picture pixel, artists want to see the pixels.
    painter.setRenderHint(
        QPainter::SmoothPixmapTransform, m_view.zoom() * devicePixelRatioF() < 3 || !m_preview.isNull());
    painter.drawImage(QRectF(QPointF(), QSizeF(m_size)), shown);
}

void PictureView::resizeEvent(QResizeEvent*)
{
    if (m_fitted)
        fit();
}

void PictureView::wheelEvent(QWheelEvent* event)
{
    m_fitted = false;
    m_view.zoom_by(std::pow(1.0015, event->angleDelta().y()), event->position());
    changed();
}

void PictureView::mousePressEvent(QMouseEvent* event)
{
    bool const pans = event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && m_space);
    if (!pans)
        return;
    m_drag = event->modifiers() & Qt::ShiftModifier ? Drag::rotate : Drag::pan;
    m_last = event->position();
    setCursor(Qt::ClosedHandCursor);
}

void PictureView::mouseMoveEvent(QMouseEvent* event)
{
    if (m_drag == Drag::none)
        return;
    m_fitted = false;
    if (m_drag == Drag::pan) {
        m_view.pan_by(event->position() - m_last);
    } else {
        auto const angle
            = [this](QPointF const& at) { return std::atan2(at.y() - middle().y(), at.x() - middle().x()); };
        double const turned = (angle(event->position()) - angle(m_last)) * 180 / M_PI;
        m_view.rotate_to(m_view.degrees() + turned, middle());
    }
    m_last = event->position();
    changed();
}

void PictureView::mouseReleaseEvent(QMouseEvent*)
{
    m_drag = Drag::none;
    setCursor(m_space ? Qt::OpenHandCursor : Qt::ArrowCursor);
}

void PictureView::mouseDoubleClickEvent(QMouseEvent*) { fit(); }

void PictureView::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Space && !event->isAutoRepeat()) {
        m_space = true;
        setCursor(Qt::OpenHandCursor);
    } else if (event->key() == Qt::Key_M && event->modifiers() == Qt::NoModifier) {
        mirror();
    } else {
        QWidget::keyPressEvent(event);
    }
}

void PictureView::keyReleaseEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Space && !event->isAutoRepeat()) {
        m_space = false;
        setCursor(Qt::ArrowCursor);
    } else {
        QWidget::keyReleaseEvent(event);
    }
}

}
