// SPDX-License-Identifier: Apache-2.0
#pragma once

// A row that may be wider than its place: it never widens the window, and the wheel or the Tab key brings the rest in sight.

#include <QScrollArea>

namespace igneous {

class HorizontalScroll : public QScrollArea {
    Q_OBJECT

public:
    /// Takes `content` over.
    explicit HorizontalScroll(QWidget* content, QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void wheelEvent(QWheelEvent* event) override;
};

}
