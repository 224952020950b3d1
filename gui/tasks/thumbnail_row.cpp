// SPDX-License-Identifier: Apache-2.0
#include "gui/tasks/thumbnail_row.h"

#include "gui/tasks/candidates.h"
#include "gui/theme/theme.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>
#include <QWheelEvent>

namespace igneous {

namespace {

constexpr int side = 52, most_in_sight = 6, border = 3;

}

ThumbnailRow::ThumbnailRow(Candidates& candidates, QWidget* parent)
    : QWidget(parent)
    , m_candidates(candidates)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(tr("Results"));
    setCursor(Qt::PointingHandCursor);
    connect(&candidates, &Candidates::changed, this, [this] {
        if (m_candidates.count() == 0)
            m_thumbnails.clear();
        setAccessibleDescription(tr("%1 of %2").arg(m_candidates.position() + 1).arg(m_candidates.count()));
        updateGeometry();
        update();
    });
}

int ThumbnailRow::in_sight() const { return std::min(m_candidates.count(), most_in_sight); }

/// The one that is seen stays in the middle where it can.
int ThumbnailRow::first() const
{
    return std::clamp(m_candidates.position() - in_sight() / 2, 0, m_candidates.count() - in_sight());
}

QSize ThumbnailRow::sizeHint() const
{
    int const count = std::max(in_sight(), 1);
    return { count * side + (count - 1) * Measures::unit + 2 * border, side + 2 * border };
}

QRect ThumbnailRow::place(int position) const
{
    return { border + (position - first()) * (side + Measures::unit), border, side, side };
}

int ThumbnailRow::position_at(QPoint const& at) const
{
    for (int i = first(); i < first() + in_sight(); ++i)
        if (place(i).contains(at))
            return i;
    return -1;
}

QPixmap ThumbnailRow::thumbnail(int position)
{
    Candidate const& candidate = *m_candidates.at(position);
    QPixmap& kept = m_thumbnails[{ candidate.job, candidate.index }];
    int const pixels = qRound(side * devicePixelRatioF());
    if (kept.height() != pixels) {
        kept = QPixmap::fromImage(
            candidate.thumbnail.scaled(pixels, pixels, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
        kept.setDevicePixelRatio(devicePixelRatioF());
    }
    return kept;
}

void ThumbnailRow::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (int i = first(); i < first() + in_sight(); ++i) {
        QRect const at = place(i);
        QPainterPath rounded;
        rounded.addRoundedRect(at, 4, 4);
        painter.save();
        painter.setClipPath(rounded);
        painter.fillRect(at, colours().canvas);
        painter.drawPixmap(at.topLeft(), thumbnail(i));
        painter.restore();
        if (i != m_candidates.position())
            continue;
        painter.setPen(QPen(colours().accent, 2));
        painter.drawRoundedRect(QRectF(at).adjusted(-1, -1, 1, 1), 5, 5);
    }
}

void ThumbnailRow::mousePressEvent(QMouseEvent* event)
{
    if (int const at = position_at(event->position().toPoint()); at >= 0) {
        m_candidates.choose(at);
        Q_EMIT chosen();
    }
}

void ThumbnailRow::wheelEvent(QWheelEvent* event) { m_candidates.step(event->angleDelta().y() > 0 ? -1 : 1); }

bool ThumbnailRow::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    auto const* help = static_cast<QHelpEvent*>(event);
    Candidate const* const candidate = m_candidates.at(position_at(help->pos()));
    QToolTip::showText(help->globalPos(), candidate ? candidate->prompt : QString(), this);
    return true;
}

}
