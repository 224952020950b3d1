// SPDX-License-Identifier: Apache-2.0
#include "gui/tasks/candidate_strip.h"

#include "gui/tasks/candidates.h"
#include "gui/tasks/thumbnail_row.h"
#include "gui/theme/icons.h"
#include "gui/theme/theme.h"
#include "gui/widgets/labels.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

namespace igneous {

CandidateStrip::CandidateStrip(Candidates& candidates, CandidateActions const& actions, QWidget& canvas)
    : QWidget(&canvas)
    , m_candidates(candidates)
    , m_count(label(QString(), Tone::faint))
{
    setAccessibleName(tr("Results on the canvas"));
    setCursor(Qt::ArrowCursor);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(Measures::gap, Measures::unit, Measures::gap, Measures::unit);
    row->setSpacing(Measures::unit);
    m_count->setAlignment(Qt::AlignCenter);
    m_count->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("00 / 00")));
    row->addWidget(button(actions.previous, QStringLiteral("left")));
    auto* thumbnails = new ThumbnailRow(candidates);
    connect(thumbnails, &ThumbnailRow::chosen, &canvas, qOverload<>(&QWidget::setFocus));
    row->addWidget(thumbnails);
    row->addWidget(button(actions.next, QStringLiteral("right")));
    row->addWidget(m_count);
    QToolButton* accept = button(actions.accept, QStringLiteral("check"));
    accept->setText(tr("Accept"));
    accept->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    accept->setMinimumSize(0, Measures::control);
    accept->setMaximumSize(QWIDGETSIZE_MAX, Measures::control);
    row->addWidget(accept);
    row->addWidget(button(actions.remove, QStringLiteral("trash")));
    row->addWidget(button(actions.hide, QStringLiteral("close")));
    canvas.installEventFilter(this);
    connect(&candidates, &Candidates::changed, this, &CandidateStrip::show_candidates);
    show_candidates();
}

QToolButton* CandidateStrip::button(QAction* action, QString const& icon_name)
{
    QToolButton* made = icon_button(icon_name, action->text());
    made->setFocusPolicy(Qt::TabFocus);
    auto const describe = [made, action] {
        QString const keys = action->shortcut().toString(QKeySequence::NativeText);
        made->setToolTip(keys.isEmpty() ? action->text() : QStringLiteral("%1 (%2)").arg(action->text(), keys));
        made->setEnabled(action->isEnabled());
    };
    describe();
    connect(action, &QAction::changed, made, describe);
    connect(made, &QToolButton::clicked, action, &QAction::trigger);
    // The keys go on from there.
    connect(made, &QToolButton::clicked, parentWidget(), qOverload<>(&QWidget::setFocus));
    return made;
}

void CandidateStrip::show_candidates()
{
    setVisible(m_candidates.count() > 0);
    m_count->setText(QStringLiteral("%1 / %2").arg(m_candidates.position() + 1).arg(m_candidates.count()));
    place();
}

/// At the middle of the lower edge.
void CandidateStrip::place()
{
    layout()->activate();
    resize(sizeHint());
    QWidget const& canvas = *parentWidget();
    move((canvas.width() - width()) / 2, canvas.height() - height() - Measures::margin);
    raise();
}

void CandidateStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(colours().panel);
    painter.setPen(colours().line);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
}

bool CandidateStrip::eventFilter(QObject*, QEvent* event)
{
    if (event->type() == QEvent::Resize && isVisible())
        place();
    return false;
}

}
