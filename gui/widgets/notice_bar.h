// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the user should read, above the picture: it stays until it is closed, and never stands in the way of work.

#include <QWidget>

class QLabel;

namespace igneous {

class NoticeBar : public QWidget {
    Q_OBJECT

public:
    explicit NoticeBar(QWidget* parent = nullptr);
    void tell(QString const& message);

private:
    QLabel* m_text;
};

}
