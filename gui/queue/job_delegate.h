// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a job looks in the queue: its prompt, how far it is or how it ended, a bar while it runs.

#include <QStyledItemDelegate>

namespace igneous {

class JobDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, QStyleOptionViewItem const& option, QModelIndex const& index) const override;
    QSize sizeHint(QStyleOptionViewItem const& option, QModelIndex const& index) const override;
};

}
