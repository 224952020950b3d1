// SPDX-License-Identifier: Apache-2.0
#include "gui/queue/job_delegate.h"

#include "gui/studio/queue_model.h"
#include "gui/theme/theme.h"

#include <QPainter>
#include <QStyle>

namespace igneous {

namespace {

QString line_of(QModelIndex const& index)
{
    QString const told = index.data(QueueModel::message).toString();
    switch (static_cast<JobState>(index.data(QueueModel::state).toInt())) {
    case JobState::running: {
        double const left = index.data(QueueModel::seconds_left).toDouble();
        int const share = qRound(index.data(QueueModel::progress).toDouble() * 100);
        if (left <= 0)
            return JobDelegate::tr("running");
        return left < 90 ? JobDelegate::tr("%1 %, %2 s left").arg(share).arg(qCeil(left))
                         : JobDelegate::tr("%1 %, %2 min left").arg(share).arg(qCeil(left / 60));
    }
    case JobState::queued: return told.isEmpty() ? JobDelegate::tr("waits") : told;
    case JobState::done: return JobDelegate::tr("done");
    case JobState::failed: return told.isEmpty() ? JobDelegate::tr("failed") : told;
    case JobState::cancelled: return JobDelegate::tr("cancelled");
    }
    return {};
}

QColor colour_of(JobState state)
{
    Colours const& c = colours();
    switch (state) {
    case JobState::running: return c.accent;
    case JobState::done: return c.good;
    case JobState::failed: return c.danger;
    default: return c.faint;
    }
}

}

QSize JobDelegate::sizeHint(QStyleOptionViewItem const& option, QModelIndex const&) const
{
    return { 200, option.fontMetrics.lineSpacing() * 2 + 5 * Measures::unit };
}

void JobDelegate::paint(QPainter* painter, QStyleOptionViewItem const& option, QModelIndex const& index) const
{
    Colours const& c = colours();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver))
        painter->fillRect(option.rect, option.state & QStyle::State_Selected ? c.hover : c.raised);
    if (option.state & QStyle::State_HasFocus) {
        painter->setPen(c.accent);
        painter->drawRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5));
    }
    auto const state = static_cast<JobState>(index.data(QueueModel::state).toInt());
    QRect inner = option.rect.adjusted(Measures::margin, Measures::gap, -Measures::margin, -Measures::gap);
    if (auto const preview = index.data(Qt::DecorationRole).value<QPixmap>(); !preview.isNull()) {
        QRect const place(inner.right() - inner.height() + 1, inner.top(), inner.height(), inner.height());
        painter->setRenderHint(QPainter::SmoothPixmapTransform);
        QSize const size = preview.size().scaled(place.size(), Qt::KeepAspectRatio);
        painter->drawPixmap(QStyle::alignedRect(Qt::LeftToRight, Qt::AlignCenter, size, place), preview);
        inner.setRight(place.left() - Measures::gap);
    }
    int const dot = 8;
    painter->setPen(Qt::NoPen);
    painter->setBrush(colour_of(state));
    QRect const first(inner.left(), inner.top(), inner.width(), option.fontMetrics.lineSpacing());
    painter->drawEllipse(QRectF(first.left(), first.center().y() - dot / 2. + 1, dot, dot));

    int const indent = dot + Measures::gap;
    QRect const words = first.adjusted(indent, 0, 0, 0);
    QString const prompt = index.data().toString().simplified();
    painter->setPen(c.text);
    painter->drawText(words, Qt::AlignVCenter | Qt::TextSingleLine,
        option.fontMetrics.elidedText(
            prompt.isEmpty() ? tr("without a prompt") : prompt, Qt::ElideRight, words.width()));
    QRect const second = words.translated(0, option.fontMetrics.lineSpacing() + Measures::unit / 2);
    painter->setPen(state == JobState::failed ? c.danger : c.faint);
    painter->drawText(second, Qt::AlignVCenter | Qt::TextSingleLine,
        option.fontMetrics.elidedText(line_of(index).simplified(), Qt::ElideRight, second.width()));
    if (state == JobState::running) {
        QRectF bar(option.rect.left(), option.rect.bottom() - 2, option.rect.width(), 3);
        painter->fillRect(bar, c.hover);
        bar.setWidth(bar.width() * index.data(QueueModel::progress).toDouble());
        painter->fillRect(bar, c.accent);
    }
    painter->restore();
}

}
