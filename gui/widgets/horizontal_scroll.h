// SPDX-License-Identifier: Apache-2.0
#pragma once

// A row that may be wider than its place: it never widens the window. Where it is, arrows at both ends, the wheel or the Tab
// key bring the rest in sight.

#include <QScrollArea>

class QToolButton;

namespace igneous {

class HorizontalScroll : public QScrollArea {
    Q_OBJECT

public:
    /// Takes `content` over.
    explicit HorizontalScroll(QWidget* content, QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QToolButton* arrow(QString const& icon, QString const& name, int direction);
    void place_arrows();

    QToolButton* m_back;
    QToolButton* m_on;
};

}
