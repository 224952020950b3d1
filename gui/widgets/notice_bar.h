// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the user should read, above the picture: it stays until it is closed, and never stands in the way of work. The
// newest is in front; closing it shows the one before.

#include <QStringList>
#include <QWidget>

class QLabel;

namespace igneous {

class NoticeBar : public QWidget {
    Q_OBJECT

public:
    explicit NoticeBar(QWidget* parent = nullptr);
    void tell(QString const& message);
    /// Takes it back: it is true no more.
    void forget(QString const& message);
    /// The newest first.
    QStringList const& messages() const { return m_messages; }

private:
    void show_newest();

    QLabel* m_text;
    QLabel* m_more;
    QStringList m_messages;
};

}
