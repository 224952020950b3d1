// SPDX-License-Identifier: Apache-2.0
#pragma once

// One thing that is looked at before one begins: a sign, what it is, how it is with it.

#include <QFrame>

class QLabel;
class QVBoxLayout;

namespace igneous {

class StepCard : public QFrame {
    Q_OBJECT

public:
    enum class State { waits, good, attention };

    StepCard(QString const& icon, QString const& title, QWidget* parent = nullptr);
    void show_state(State state, QString const& text);
    void add(QWidget* widget);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit_text();

    QLabel* m_sign;
    QLabel* m_text;
    QVBoxLayout* m_rows;
    QString m_icon;
};

}
