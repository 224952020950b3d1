// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/horizontal_scroll.h"

#include "gui/widgets/labels.h"

#include <QEvent>
#include <QScrollBar>
#include <QToolButton>
#include <QWheelEvent>

namespace igneous {

namespace {

constexpr int arrow_width = 20;

}

HorizontalScroll::HorizontalScroll(QWidget* content, QWidget* parent)
    : QScrollArea(parent)
    , m_back(arrow(QStringLiteral("left"), tr("Show what is on the left"), -1))
    , m_on(arrow(QStringLiteral("right"), tr("Show what is on the right"), 1))
{
    setWidget(content);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(horizontalScrollBar(), &QScrollBar::valueChanged, this, &HorizontalScroll::place_arrows);
    connect(horizontalScrollBar(), &QScrollBar::rangeChanged, this, &HorizontalScroll::place_arrows);
    place_arrows();
}

QToolButton* HorizontalScroll::arrow(QString const& icon, QString const& name, int direction)
{
    QToolButton* button = icon_button(icon, name);
    button->setParent(this);
    button->setFocusPolicy(Qt::NoFocus);   // the Tab key brings controls in sight by itself
    button->setAutoRepeat(true);
    connect(button, &QToolButton::clicked, this, [this, direction] {
        QScrollBar& bar = *horizontalScrollBar();
        bar.setValue(bar.value() + direction * viewport()->width() / 2);
    });
    return button;
}

/// Beside the row, not over it, and only where it is too wide.
void HorizontalScroll::place_arrows()
{
    bool const too_wide = widget()->minimumSizeHint().width() > width();
    int const side = too_wide ? arrow_width : 0;
    if (viewportMargins().left() != side)
        setViewportMargins(side, 0, side, 0);
    QScrollBar const& bar = *horizontalScrollBar();
    m_back->setEnabled(bar.value() > bar.minimum());
    m_on->setEnabled(bar.value() < bar.maximum());
    for (QToolButton* button : { m_back, m_on }) {
        button->setVisible(too_wide);
        button->setFixedSize(arrow_width, height());
        button->move(button == m_back ? 0 : width() - arrow_width, 0);
    }
}

QSize HorizontalScroll::sizeHint() const { return widget()->sizeHint(); }
QSize HorizontalScroll::minimumSizeHint() const { return { 0, widget()->sizeHint().height() }; }

void HorizontalScroll::resizeEvent(QResizeEvent* event)
{
    QScrollArea::resizeEvent(event);
    place_arrows();
}

/// The content has another size.
bool HorizontalScroll::eventFilter(QObject* watched, QEvent* event)
{
    bool const done = QScrollArea::eventFilter(watched, event);
    if (watched == widget() && event->type() == QEvent::LayoutRequest)
        place_arrows();
    return done;
}

void HorizontalScroll::wheelEvent(QWheelEvent* event)
{
    QPoint const turned = event->angleDelta();
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - (turned.x() != 0 ? turned.x() : turned.y()));
    event->accept();
}

}
