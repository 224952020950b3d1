// SPDX-License-Identifier: Apache-2.0
#include "gui/library/model_delegate.h"

#include "gui/studio/library_model.h"
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"

#include <QPainter>

namespace igneous {

QSize ModelDelegate::sizeHint(QStyleOptionViewItem const& option, QModelIndex const&) const
{
    return { 200, option.fontMetrics.lineSpacing() * 2 + 4 * Measures::unit };
}

void ModelDelegate::paint(QPainter* painter, QStyleOptionViewItem const& option, QModelIndex const& index) const
{
    Colours const& c = colours();
    painter->save();
    if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver))
        painter->fillRect(option.rect, option.state & QStyle::State_Selected ? c.hover : c.raised);
    QRect inner = option.rect.adjusted(Measures::margin, Measures::unit, -Measures::margin, -Measures::unit);
    if (index.data(LibraryModel::favourite).toBool()) {
        icon(QStringLiteral("star-full"))
            .paint(painter, QRect(inner.right() - 15, inner.top(), 16, 16), Qt::AlignCenter, QIcon::Normal, QIcon::On);
        inner.setRight(inner.right() - 22);
    }
    bool const here = static_cast<FileState>(index.data(LibraryModel::state).toInt()) == FileState::here;
    int const line = option.fontMetrics.lineSpacing();
    painter->setPen(here ? c.text : c.outline);
    QRect const first(inner.left(), inner.top(), inner.width(), line);
    painter->drawText(first, Qt::AlignVCenter | Qt::TextSingleLine,
        option.fontMetrics.elidedText(index.data().toString(), Qt::ElideMiddle, first.width()));
    QString const problem = index.data(LibraryModel::problem).toString();
    bool const wrong = !problem.isEmpty() || !index.data(LibraryModel::warning).toString().isEmpty();
    QVariant const fit = index.data(LibraryModel::fit_kind);
    bool const partly = fit.isValid() && fit.toInt() == static_cast<int>(LoraVerdict::Kind::partly);
    QString const details = index.data(LibraryModel::details).toString();
    painter->setPen(!wrong ? c.faint : partly && problem.isEmpty() ? c.caution : c.danger);
    QRect const second = first.translated(0, line + Measures::unit / 2);
    painter->drawText(second, Qt::AlignVCenter | Qt::TextSingleLine,
        option.fontMetrics.elidedText(problem.isEmpty() ? details : problem + QStringLiteral(" · ") + details,
            Qt::ElideRight, second.width()));
    painter->restore();
}

}
