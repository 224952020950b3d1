// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rows with a name at the left and, fainter, what it is at the right.

#include <QStyledItemDelegate>

namespace igneous {

class DetailDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    static constexpr int detail_role = Qt::UserRole + 100;     // a text

    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, QStyleOptionViewItem const& option, QModelIndex const& index) const override;
    QSize sizeHint(QStyleOptionViewItem const& option, QModelIndex const& index) const override;
};

}
