// SPDX-License-Identifier: Apache-2.0
#pragma once

// A panel's content that may be higher than the panel and never wider: the panel cannot become so narrow that something is
// cut off.

#include <QScrollArea>

namespace igneous {

class VerticalScroll : public QScrollArea {
    Q_OBJECT

public:
    /// Takes `content` over.
    explicit VerticalScroll(QWidget* content, QWidget* parent = nullptr);
    QSize minimumSizeHint() const override;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
};

}
