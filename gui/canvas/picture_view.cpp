// SPDX-License-Identifier: Apache-2.0
#include "gui/canvas/picture_view.h"

#include "gui/theme/theme.h"

#include <QPainter>

namespace igneous {

PictureView::PictureView(QWidget* parent)
    : MovableView(parent)
{
    setAccessibleName(tr("Picture"));
}

void PictureView::show_picture(QImage const& picture)
{
    m_picture = picture;
    m_preview = {};
    bool const other = picture.size() != m_size;
    m_size = picture.size();
    if (other)
        fit();
    view_moved();
}

void PictureView::show_preview(QImage const& preview, QSize full)
{
    m_preview = preview;
    if (full != m_size) {
        m_size = full;
        fit();
    }
    view_moved();
}

void PictureView::set_hint(QString const& hint)
{
    m_hint = hint;
    update();
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
    painter.setTransform(view().to_widget());
    // Above three screen pixels a picture pixel, artists want to see the pixels.
    painter.setRenderHint(
        QPainter::SmoothPixmapTransform, zoom() * devicePixelRatioF() < 3 || !m_preview.isNull());
    painter.drawImage(QRectF(QPointF(), QSizeF(m_size)), shown);
}

void PictureView::mouseDoubleClickEvent(QMouseEvent*) { fit(); }

}
