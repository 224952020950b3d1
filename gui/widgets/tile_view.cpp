// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/tile_view.h"

#include "gui/theme/theme.h"

#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace igneous {

TileView::TileView(QWidget* parent)
    : QAbstractItemView(parent)
{
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);         // or widths would jump as rows come
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setMouseTracking(true);
    setFrameShape(NoFrame);
    viewport()->setMouseTracking(true);
}

void TileView::set_tile(QSize least, bool fixed_height)
{
    m_least = least;
    m_fixed_height = fixed_height;
    updateGeometries();
    viewport()->update();
}

void TileView::set_empty_text(QString const& text)
{
    m_empty = text;
    viewport()->update();
}

int TileView::columns() const { return std::max(1, viewport()->width() / m_least.width()); }

QSize TileView::tile() const
{
    int const width = viewport()->width() / columns();
    return { width, m_fixed_height ? m_least.height() : m_least.height() * width / m_least.width() };
}

QRect TileView::visualRect(QModelIndex const& index) const
{
    if (!index.isValid())
        return {};
    QSize const size = tile();
    int const across = columns();
    return { QPoint(index.row() % across * size.width(), index.row() / across * size.height() - verticalOffset()),
        size };
}

int TileView::verticalOffset() const { return verticalScrollBar()->value(); }

void TileView::scrollTo(QModelIndex const& index, ScrollHint hint)
{
    if (!index.isValid())
        return;
    QRect const place = visualRect(index);
    int const height = viewport()->height();
    int by = 0;
    if (hint == PositionAtCenter)
        by = place.center().y() - height / 2;
    else if (hint == PositionAtTop || place.top() < 0)
        by = place.top();
    else if (hint == PositionAtBottom || place.bottom() > height)
        by = place.bottom() - height + 1;
    verticalScrollBar()->setValue(verticalOffset() + by);
}

QModelIndex TileView::indexAt(QPoint const& point) const
{
    QSize const size = tile();
    int const column = point.x() / size.width(), across = columns();
    int const row = (point.y() + verticalOffset()) / size.height() * across + column;
    return point.x() < 0 || column >= across || row < 0 || row >= rows() ? QModelIndex()
                                                                        : model()->index(row, 0, rootIndex());
}

QModelIndex TileView::moveCursor(CursorAction action, Qt::KeyboardModifiers)
{
    if (rows() == 0)
        return {};
    int const across = columns(), page = std::max(1, viewport()->height() / tile().height()) * across;
    int at = currentIndex().isValid() ? currentIndex().row() : -1;
    switch (action) {
    case MoveLeft:
    case MovePrevious: at -= 1; break;
    case MoveRight:
    case MoveNext: at += 1; break;
    case MoveUp: at -= at >= across ? across : 0; break;
    case MoveDown: at += at + across < rows() ? across : 0; break;
    case MovePageUp: at -= page; break;
    case MovePageDown: at += page; break;
    case MoveHome: at = 0; break;
    case MoveEnd: at = rows() - 1; break;
    }
    return model()->index(std::clamp(at, 0, rows() - 1), 0, rootIndex());
}

/// First and last row whose tiles lie between two heights of the whole list; the last is before the first for none.
std::pair<int, int> TileView::rows_between(int top, int bottom) const
{
    int const height = tile().height(), across = columns();
    return { std::max(0, top / height * across), std::min(rows(), (bottom / height + 1) * across) - 1 };
}

void TileView::setSelection(QRect const& rect, QItemSelectionModel::SelectionFlags flags)
{
    // A click with Shift asks for all between two tiles, a drag for those that it frames.
    QModelIndex const from = indexAt(rect.topLeft()), to = indexAt(rect.bottomRight());
    QItemSelection chosen;
    if (state() != DragSelectingState && from.isValid() && to.isValid()) {
        chosen.select(model()->index(std::min(from.row(), to.row()), 0, rootIndex()),
            model()->index(std::max(from.row(), to.row()), 0, rootIndex()));
    } else {
        QRect const area = rect.normalized();
        auto const [first, last] = rows_between(area.top() + verticalOffset(), area.bottom() + verticalOffset());
        for (int row = first; row <= last; ++row)
            if (QModelIndex const index = model()->index(row, 0, rootIndex()); visualRect(index).intersects(area))
                chosen.select(index, index);
    }
    selectionModel()->select(chosen, flags);
}

QRegion TileView::visualRegionForSelection(QItemSelection const& selection) const
{
    QRegion region;
    auto const [first, last] = rows_between(verticalOffset(), verticalOffset() + viewport()->height());
    for (QItemSelectionRange const& range : selection)
        for (int row = std::max(first, range.top()); row <= std::min(last, range.bottom()); ++row)
            region += visualRect(model()->index(row, 0, rootIndex()));
    return region;
}

void TileView::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    if (rows() == 0) {
        painter.setPen(colours().faint);
        painter.drawText(viewport()->rect().adjusted(24, 24, -24, -24),
            Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, m_empty);
        return;
    }
    QStyleOptionViewItem option;
    initViewItemOption(&option);
    QModelIndex const under = indexAt(viewport()->mapFromGlobal(QCursor::pos()));
    auto const [first, last]
        = rows_between(event->rect().top() + verticalOffset(), event->rect().bottom() + verticalOffset());
    for (int row = first; row <= last; ++row) {
        QModelIndex const index = model()->index(row, 0, rootIndex());
        option.rect = visualRect(index);
        option.state = QStyle::State_Enabled;
        option.state.setFlag(QStyle::State_Selected, selectionModel()->isSelected(index));
        option.state.setFlag(QStyle::State_MouseOver, index == under && viewport()->underMouse());
        option.state.setFlag(QStyle::State_HasFocus, index == currentIndex() && hasFocus());
        itemDelegateForIndex(index)->paint(&painter, option, index);
    }
}

void TileView::updateGeometries()
{
    int const lines = (rows() + columns() - 1) / columns(), height = viewport()->height();
    verticalScrollBar()->setPageStep(height);
    verticalScrollBar()->setSingleStep(std::max(1, tile().height() / 3));
    verticalScrollBar()->setRange(0, std::max(0, lines * tile().height() - height));
    QAbstractItemView::updateGeometries();
    tell_visible();
}

void TileView::resizeEvent(QResizeEvent* event)
{
    QModelIndex const top = indexAt(QPoint(1, 1));
    QAbstractItemView::resizeEvent(event);
    updateGeometries();
    if (top.isValid() && event->oldSize().isValid() && verticalOffset() > 0)
        scrollTo(top, PositionAtTop);
}

void TileView::scrollContentsBy(int dx, int dy)
{
    QAbstractItemView::scrollContentsBy(dx, dy);
    viewport()->update();
    tell_visible();
}

void TileView::tell_visible()
{
    int const height = viewport()->height();
    auto const [first, last] = rows_between(verticalOffset() - height, verticalOffset() + 2 * height);
    Q_EMIT visible_changed(first, last);
}

void TileView::reset()
{
    QAbstractItemView::reset();
    updateGeometries();
}

void TileView::rowsInserted(QModelIndex const& parent, int start, int end)
{
    QAbstractItemView::rowsInserted(parent, start, end);
    // What one looks at stays where it is while pictures come in front of it.
    int const lines = (end - start + columns()) / columns();
    bool const above = verticalOffset() > 0 && start * tile().height() / columns() < verticalOffset();
    updateGeometries();
    if (above)
        verticalScrollBar()->setValue(verticalOffset() + lines * tile().height());
    viewport()->update();
}

void TileView::rowsAboutToBeRemoved(QModelIndex const& parent, int start, int end)
{
    QAbstractItemView::rowsAboutToBeRemoved(parent, start, end);
    QMetaObject::invokeMethod(this, &TileView::updateGeometries, Qt::QueuedConnection);
    viewport()->update();
}

}
