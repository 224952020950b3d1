// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/vertical_scroll.h"

#include <QEvent>
#include <QScrollBar>

namespace igneous {

VerticalScroll::VerticalScroll(QWidget* content, QWidget* parent)
    : QScrollArea(parent)
{
    setWidget(content);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(QFrame::NoFrame);
    content->installEventFilter(this);
}

QSize VerticalScroll::minimumSizeHint() const
{
    int const bar = verticalScrollBar()->sizeHint().width();
    return { widget()->minimumSizeHint().width() + bar, QScrollArea::minimumSizeHint().height() };
}

bool VerticalScroll::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == widget() && event->type() == QEvent::LayoutRequest)
        updateGeometry();
    return QScrollArea::eventFilter(watched, event);
}

}
