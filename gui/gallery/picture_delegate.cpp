// SPDX-License-Identifier: Apache-2.0
#include "gui/gallery/picture_delegate.h"

#include "gui/studio/gallery_model.h"
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

namespace igneous {

void PictureDelegate::paint(QPainter* painter, QStyleOptionViewItem const& option, QModelIndex const& index) const
{
    Colours const& c = colours();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setRenderHint(QPainter::SmoothPixmapTransform);
    QRectF const cell = QRectF(option.rect).adjusted(3, 3, -3, -3);
    QPainterPath shape;
    shape.addRoundedRect(cell, Measures::corner, Measures::corner);
    painter->fillPath(shape, c.ground);
    auto const thumbnail = index.data(Qt::DecorationRole).value<QPixmap>();
    if (thumbnail.isNull()) {
        QRect const middle = QRect(0, 0, 28, 28).translated(cell.center().toPoint() - QPoint(14, 14));
        painter->setOpacity(0.4);
        icon(QStringLiteral("image")).paint(painter, middle);
        painter->setOpacity(1);
    } else {
        QSizeF const size = QSizeF(thumbnail.size()).scaled(cell.size(), Qt::KeepAspectRatio);
        QRectF const place(cell.center() - QPointF(size.width() / 2, size.height() / 2), size);
        painter->setClipPath(shape);
        painter->drawPixmap(place, thumbnail, thumbnail.rect());
        painter->setClipping(false);
    }
    if (int const stars = index.data(GalleryModel::stars).toInt(); stars > 0) {
        QString const text = QString(stars, QChar(0x2605));
        QRectF const badge(
            cell.left() + 4, cell.bottom() - 20, painter->fontMetrics().horizontalAdvance(text) + 10, 17);
        painter->setPen(Qt::NoPen);
        painter->setBrush(QColor(0, 0, 0, 170));
        painter->drawRoundedRect(badge, 4, 4);
        painter->setPen(QColor(0xff, 0xc8, 0x5a));
        painter->drawText(badge, Qt::AlignCenter, text);
    }
    bool const chosen = option.state & QStyle::State_Selected;
    if (chosen || (option.state & (QStyle::State_MouseOver | QStyle::State_HasFocus))) {
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(chosen ? c.accent : c.outline, chosen ? 2 : 1));
        painter->drawPath(shape);
    }
    painter->restore();
}

}
