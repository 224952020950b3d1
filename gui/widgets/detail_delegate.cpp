// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/detail_delegate.h"

#include "gui/theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace igneous {

void DetailDelegate::paint(QPainter* painter, QStyleOptionViewItem const& option, QModelIndex const& index) const
{
    Colours const& c = colours();
    bool const on = option.state.testFlag(QStyle::State_Selected), able = index.flags().testFlag(Qt::ItemIsEnabled);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (on) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(c.accent);
        painter->drawRoundedRect(option.rect.adjusted(1, 1, -1, -1), Measures::unit, Measures::unit);
    }
    QRect const row = option.rect.adjusted(Measures::gap, 0, -Measures::gap, 0);
    QFontMetrics const metrics(option.font);
    painter->setFont(option.font);
    QString const name = index.data(Qt::DisplayRole).toString();
    QString const detail = metrics.elidedText(index.data(detail_role).toString(), Qt::ElideRight, row.width() * 3 / 5);
    int const beside = detail.isEmpty() ? 0 : metrics.horizontalAdvance(detail) + Measures::margin;
    painter->setPen(on ? c.on_accent : able ? c.text : c.faint);
    painter->drawText(row, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
        metrics.elidedText(name, Qt::ElideMiddle, std::max(0, row.width() - beside)));
    painter->setPen(on ? c.on_accent : c.faint);
    painter->drawText(row, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine, detail);
    painter->restore();
}

QSize DetailDelegate::sizeHint(QStyleOptionViewItem const& option, QModelIndex const&) const
{
    return { 40, std::max(option.fontMetrics.height() + 8, Measures::control - 2) };
}

}
