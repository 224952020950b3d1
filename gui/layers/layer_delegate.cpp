// SPDX-License-Identifier: Apache-2.0
#include "gui/layers/layer_delegate.h"

#include "app/session/document.h"
#include "gui/layers/layers_model.h"
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"

#include <QMouseEvent>
#include <QPainter>

namespace igneous {

namespace {

constexpr int row_height = 44, picture_side = 34, icon_side = 18, control = 28;

QRect square(QRect const& row, int left, int side)
{
    return { left, row.top() + (row.height() - side) / 2, side, side };
}

QRect picture_rect(QRect const& row) { return square(row, row.left() + control + 4, picture_side); }

QRect text_rect(QRect const& row)
{
    int const left = picture_rect(row).right() + 10;
    return { left, row.top(), row.right() - control - left - 4, row.height() };
}

}

LayerDelegate::LayerDelegate(LayersModel& model, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_model(model)
{}

QRect LayerDelegate::eye_rect(QRect const& row) { return square(row, row.left(), control); }
QRect LayerDelegate::lock_rect(QRect const& row) { return square(row, row.right() - control, control); }

QSize LayerDelegate::sizeHint(QStyleOptionViewItem const&, QModelIndex const&) const { return { 180, row_height }; }

void LayerDelegate::paint(QPainter* painter, QStyleOptionViewItem const& option, QModelIndex const& index) const
{
    Colours const& c = colours();
    QRect const row = option.rect;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    bool const chosen = option.state & QStyle::State_Selected;
    if (chosen || option.state & QStyle::State_MouseOver) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(chosen ? c.hover : c.raised);
        painter->drawRoundedRect(row.adjusted(0, 1, -2, -1), Measures::corner, Measures::corner);
    }
    bool const visible = index.data(LayersModel::visible_role).toBool(),
               locked = index.data(LayersModel::locked_role).toBool();
    auto const draw_icon = [&](QString const& name, QRect const& box, bool strong) {
        icon(name).paint(
            painter, box.adjusted(5, 5, -5, -5), Qt::AlignCenter, strong ? QIcon::Normal : QIcon::Disabled);
    };
    draw_icon(visible ? QStringLiteral("eye") : QStringLiteral("eye-off"), eye_rect(row), visible);
    if (locked || option.state & QStyle::State_MouseOver)
        draw_icon(locked ? QStringLiteral("lock") : QStringLiteral("unlock"), lock_rect(row), locked);

    QRect const box = picture_rect(row);
    bool const group = index.data(LayersModel::kind_role).toInt() == static_cast<int>(LayerKind::group);
    // Of several that are chosen one is painted on.
    bool const active = m_model.document() && m_model.document()->active_layer == m_model.layer_at(index);
    painter->setPen(QPen(active ? c.accent : c.line, active ? 1.5 : 1));
    painter->setBrush(group ? QBrush(c.raised) : QBrush(QColor(0xd8, 0xd8, 0xd8)));
    painter->drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    if (group) {
        icon(QStringLiteral("folder")).paint(painter, box.adjusted(8, 8, -8, -8));
    } else {
        QImage const image = index.data(LayersModel::thumbnail_role).value<QImage>();
        QSize const size = image.size().scaled(box.size() - QSize(2, 2), Qt::KeepAspectRatio);
        QRect place(QPoint(), size);
        place.moveCenter(box.center());
        painter->setRenderHint(QPainter::SmoothPixmapTransform);
        painter->drawImage(place, image);
    }

    QRect const text = text_rect(row);
    QString const detail = index.data(LayersModel::detail_role).toString();
    QString const name = painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, text.width());
    painter->setPen(visible ? c.text : c.faint);
    painter->drawText(detail.isEmpty() ? text : text.adjusted(0, 5, 0, -text.height() / 2 + 1),
        Qt::AlignLeft | Qt::AlignVCenter, name);
    if (!detail.isEmpty()) {
        QFont small = painter->font();
        small.setPointSizeF(small.pointSizeF() * 0.88);
        painter->setFont(small);
        painter->setPen(c.faint);
        painter->drawText(text.adjusted(0, text.height() / 2 - 1, 0, -5), Qt::AlignLeft | Qt::AlignVCenter,
            painter->fontMetrics().elidedText(detail, Qt::ElideRight, text.width()));
    }
    painter->restore();
}

bool LayerDelegate::editorEvent(
    QEvent* event, QAbstractItemModel* model, QStyleOptionViewItem const& option, QModelIndex const& index)
{
    if (event->type() == QEvent::MouseButtonPress || event->type() == QEvent::MouseButtonDblClick) {
        QPoint const at = static_cast<QMouseEvent*>(event)->position().toPoint();
        LayerId const layer = m_model.layer_at(index);
        if (eye_rect(option.rect).contains(at)) {
            m_model.set_visible(m_model.chosen_with(layer), !index.data(LayersModel::visible_role).toBool());
            return true;
        }
        if (lock_rect(option.rect).contains(at)) {
            m_model.set_locked(m_model.chosen_with(layer), !index.data(LayersModel::locked_role).toBool());
            return true;
        }
    }
    return QStyledItemDelegate::editorEvent(event, model, option, index);
}

void LayerDelegate::updateEditorGeometry(QWidget* editor, QStyleOptionViewItem const& option, QModelIndex const&) const
{
    QRect box = text_rect(option.rect).adjusted(-6, 0, 4, 0);
    box.setHeight(editor->sizeHint().height());
    box.moveCenter({ box.center().x(), option.rect.center().y() });
    editor->setGeometry(box);
}

}
