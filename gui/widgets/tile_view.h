// SPDX-License-Identifier: Apache-2.0
#pragma once

// A list as tiles of one size. Where a tile lies is computed, not kept, so that 100,000 of them cost what a screenful
// costs.

#include <QAbstractItemView>

namespace igneous {

class TileView : public QAbstractItemView {
    Q_OBJECT

public:
    explicit TileView(QWidget* parent = nullptr);
    /// The least size of a tile, in device-independent pixels; tiles grow with the width so that rows are filled, and
    /// keep their shape or, with `fixed_height`, their height.
    void set_tile(QSize least, bool fixed_height = false);
    int columns() const;
    QSize tile() const;
    /// What is said in the middle while there are no rows.
    void set_empty_text(QString const& text);

    QRect visualRect(QModelIndex const& index) const override;
    void scrollTo(QModelIndex const& index, ScrollHint hint = EnsureVisible) override;
    QModelIndex indexAt(QPoint const& point) const override;
    void keyboardSearch(QString const&) override { }           // letters are commands here
    void reset() override;

Q_SIGNALS:
    /// Rows in sight, and a screenful around them.
    void visible_changed(int first, int last);

protected:
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    int horizontalOffset() const override { return 0; }
    int verticalOffset() const override;
    bool isIndexHidden(QModelIndex const&) const override { return false; }
    void setSelection(QRect const& rect, QItemSelectionModel::SelectionFlags flags) override;
    QRegion visualRegionForSelection(QItemSelection const& selection) const override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void updateGeometries() override;
    void scrollContentsBy(int dx, int dy) override;
    void rowsInserted(QModelIndex const& parent, int start, int end) override;
    void rowsAboutToBeRemoved(QModelIndex const& parent, int start, int end) override;

private:
    int rows() const { return model() ? model()->rowCount(rootIndex()) : 0; }
    std::pair<int, int> rows_between(int top, int bottom) const;
    void tell_visible();

    QSize m_least { 132, 132 };
    bool m_fixed_height = false;
    QString m_empty;
};

}
