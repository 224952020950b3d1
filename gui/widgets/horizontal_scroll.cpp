// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/horizontal_scroll.h"

#include <QScrollBar>
#include <QWheelEvent>

namespace igneous {

HorizontalScroll::HorizontalScroll(QWidget* content, QWidget* parent)
    : QScrollArea(parent)
{
    setWidget(content);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

QSize HorizontalScroll::sizeHint() const { return widget()->sizeHint(); }
QSize HorizontalScroll::minimumSizeHint() const { return { 0, widget()->sizeHint().height() }; }

void HorizontalScroll::wheelEvent(QWheelEvent* event)
{
    QPoint const turned = event->angleDelta();
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - (turned.x() != 0 ? turned.x() : turned.y()));
    event->accept();
}

}
