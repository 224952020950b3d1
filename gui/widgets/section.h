// SPDX-License-Identifier: Apache-2.0
#pragma once

// A part of a panel that folds away under its title.

#include <QWidget>

class QToolButton;
class QVBoxLayout;

namespace igneous {

class Section : public QWidget {
    Q_OBJECT

public:
    explicit Section(QString const& title, QWidget* parent = nullptr);
    void add(QWidget* widget);
    void set_open(bool open);
    bool is_open() const;

Q_SIGNALS:
    void toggled(bool open);

private:
    QToolButton* m_title;
    QWidget* m_body;
    QVBoxLayout* m_rows;
};

}
