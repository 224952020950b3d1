// SPDX-License-Identifier: Apache-2.0
#pragma once

// A number with its name, a slider for the hand and a field for the keyboard, in one line.

#include <QWidget>

class QDoubleSpinBox;
class QSlider;

namespace igneous {

struct NumberRange {
    double least = 0, most = 1;
    double step = 1;
    int decimals = 0;
    QString suffix {};
    double slider_most = 0;                // where the slider ends, if sooner than the field; 0: `most`
};

class NumberRow : public QWidget {
    Q_OBJECT

public:
    NumberRow(QString const& name, NumberRange const& range, QWidget* parent = nullptr);
    double value() const;
    /// Does not emit.
    void set_value(double value);

Q_SIGNALS:
    /// By the user's hand.
    void edited(double value);

private:
    void show_on_slider(double value);

    NumberRange m_range;
    QSlider* m_slider;
    QDoubleSpinBox* m_field;
};

}
