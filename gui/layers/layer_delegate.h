// SPDX-License-Identifier: Apache-2.0
#pragma once

// A layer as a row: eye, picture, name with what is unusual about it, lock. Eye and lock are clicked where they stand.

#include <QStyledItemDelegate>

namespace igneous {

class LayersModel;

class LayerDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    explicit LayerDelegate(LayersModel& model, QObject* parent = nullptr);
    static QRect eye_rect(QRect const& row);
    static QRect lock_rect(QRect const& row);

protected:
    void paint(QPainter* painter, QStyleOptionViewItem const& option, QModelIndex const& index) const override;
    QSize sizeHint(QStyleOptionViewItem const& option, QModelIndex const& index) const override;
    bool editorEvent(QEvent* event, QAbstractItemModel* model, QStyleOptionViewItem const& option,
        QModelIndex const& index) override;
    void updateEditorGeometry(
        QWidget* editor, QStyleOptionViewItem const& option, QModelIndex const& index) const override;

private:
    LayersModel& m_model;
};

}
