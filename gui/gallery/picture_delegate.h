// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a picture looks in the grid: its thumbnail, whole, with its stars when it has some.

#include <QStyledItemDelegate>

namespace igneous {

class PictureDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void set_side(int pixels) { m_side = pixels; }
    int side() const { return m_side; }
    void paint(QPainter* painter, QStyleOptionViewItem const& option, QModelIndex const& index) const override;
    QSize sizeHint(QStyleOptionViewItem const&, QModelIndex const&) const override { return { m_side, m_side }; }

private:
    int m_side = 132;
};

}
