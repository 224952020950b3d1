// SPDX-License-Identifier: Apache-2.0
#pragma once

// Widgets side by side at the size they ask for, in as many lines as that takes: chips.

#include <QLayout>

#include <vector>

namespace igneous {

class FlowLayout : public QLayout {
public:
    explicit FlowLayout(QWidget* parent = nullptr);
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override;
    int count() const override { return static_cast<int>(m_items.size()); }
    QLayoutItem* itemAt(int index) const override;
    QLayoutItem* takeAt(int index) override;
    Qt::Orientations expandingDirections() const override { return {}; }
    /// Who shows it sets this as its height: a layout that lets heights follow widths spoils those around it.
    int height_for(int width) const;
    QSize sizeHint() const override { return minimumSize(); }
    QSize minimumSize() const override;
    void setGeometry(QRect const& area) override;

private:
    int arrange(QRect const& area, bool move) const;

    std::vector<QLayoutItem*> m_items;
};

}
