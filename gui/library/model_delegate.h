// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a model looks in the list: its name, what it is, a star when it is a favourite.

#include <QStyledItemDelegate>

namespace igneous {

class ModelDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, QStyleOptionViewItem const& option, QModelIndex const& index) const override;
    QSize sizeHint(QStyleOptionViewItem const& option, QModelIndex const& index) const override;
};

}
