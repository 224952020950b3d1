// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a model looks as a card: its preview with its name on it, what it goes with, a sign where something is wrong.

#include <QStyledItemDelegate>

namespace igneous {

class ModelCard : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, QStyleOptionViewItem const& option, QModelIndex const& index) const override;
};

}
